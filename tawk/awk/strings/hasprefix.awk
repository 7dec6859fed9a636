# hasprefix(text, part): whether a text begins with another.
# Example: tawk 'hasprefix($hdrDesc, "eth")' x_flows.txt
function hasprefix(text, part) {
    return substr(text, 1, length(part)) == part ""
}
