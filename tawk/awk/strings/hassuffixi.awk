# hassuffixi(text, part): whether a text ends with another, whatever the case of the letters.
# Example: tawk 'hassuffixi($hdrDesc, "tcp")' x_flows.txt
function hassuffixi(text, part) {
    text = tolower(text)
    part = tolower(part)
    return length(text) >= length(part) && substr(text, length(text) - length(part) + 1) == part ""
}
