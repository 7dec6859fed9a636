# printinf(text): prints a text as information.
# Prints: its own lines.
# Example: tawk 'END { printinf(NR " rows") }' x_flows.txt
function printinf(text) {
    print _say("[INF] ", "1;34", text)
}
