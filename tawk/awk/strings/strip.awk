# strip(text): the text without blanks, tabulators and ends of lines in front and behind.
# Example: tawk '{ print strip($dstPortClass) }' x_flows.txt
function strip(text) {
    sub(/^[ \t\r\n]+/, "", text)
    sub(/[ \t\r\n]+$/, "", text)
    return text
}
