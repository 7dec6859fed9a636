# chomp(text): the text without the end of a line behind it.
# Example: tawk '{ print chomp($dstPortClass) }' x_flows.txt
function chomp(text) {
    sub(/\r?\n$/, "", text)
    return text
}
