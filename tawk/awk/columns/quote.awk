# quote(text): the text in quotes.
# Example: tawk '{ print quote($dstPortClass) }' x_flows.txt
function quote(text) {
    return "\"" text "\""
}
