# strisempty(text): whether a text is empty, quotes left out.
# Example: tawk '!strisempty($vlanID)' x_flows.txt
function strisempty(text) {
    return text == "" || text == "\"\""
}
