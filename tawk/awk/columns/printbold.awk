# printbold(text): prints a text, bold on a terminal.
# Prints: its own lines.
# Example: tawk 'END { printbold(NR " flows") }' x_flows.txt
function printbold(text) {
    print _say("", "1", text)
}
