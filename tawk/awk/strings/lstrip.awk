# lstrip(text): the text without blanks, tabulators and ends of lines in front.
# Example: tawk '{ print lstrip($dstPortClass) }' x_flows.txt
function lstrip(text) {
    sub(/^[ \t\r\n]+/, "", text)
    return text
}
