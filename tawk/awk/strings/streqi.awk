# streqi(a, b): whether two texts are equal, whatever the case of their letters.
# Example: tawk 'streqi($dir, "a")' x_flows.txt
function streqi(a, b) {
    return tolower(a) == tolower(b)
}
