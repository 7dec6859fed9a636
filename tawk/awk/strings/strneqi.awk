# strneqi(a, b): whether two texts differ, whatever the case of their letters.
# Example: tawk 'strneqi($dir, "a")' x_flows.txt
function strneqi(a, b) {
    return tolower(a) != tolower(b)
}
