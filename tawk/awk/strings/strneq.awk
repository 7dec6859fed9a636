# strneq(a, b): whether two texts differ, as texts: 1.0 is not 1.
# Example: tawk 'strneq($dir, "A")' x_flows.txt
function strneq(a, b) {
    return a "" != b ""
}
