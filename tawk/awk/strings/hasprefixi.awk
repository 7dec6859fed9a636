# hasprefixi(text, part): whether a text begins with another, whatever the case of the letters.
# Example: tawk 'hasprefixi($hdrDesc, "eth")' x_flows.txt
function hasprefixi(text, part) {
    text = tolower(text)
    part = tolower(part)
    return substr(text, 1, length(part)) == part ""
}
