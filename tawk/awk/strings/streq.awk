# streq(a, b): whether two texts are equal, as texts: 1.0 is not 1.
# Example: tawk 'streq($dir, "A")' x_flows.txt
function streq(a, b) {
    return a "" == b ""
}
