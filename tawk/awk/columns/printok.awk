# printok(text): prints a text as success.
# Prints: its own lines.
# Example: tawk 'END { printok("read") }' x_flows.txt
function printok(text) {
    print _say("[OK] ", "1;32", text)
}
