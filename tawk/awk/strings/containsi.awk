# containsi(text, part): whether a text contains another, whatever the case of the letters.
# Example: tawk 'containsi($hdrDesc, "ipv6")' x_flows.txt
function containsi(text, part) {
    text = tolower(text)
    part = tolower(part)
    return index(text, part) > 0
}
