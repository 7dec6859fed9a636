# rstrip(text): the text without blanks, tabulators and ends of lines behind.
# Example: tawk '{ print rstrip($dstPortClass) }' x_flows.txt
function rstrip(text) {
    sub(/[ \t\r\n]+$/, "", text)
    return text
}
