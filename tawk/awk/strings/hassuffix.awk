# hassuffix(text, part): whether a text ends with another.
# Example: tawk 'hassuffix($hdrDesc, "tcp")' x_flows.txt
function hassuffix(text, part) {
    return length(text) >= length(part) && substr(text, length(text) - length(part) + 1) == part ""
}
