# printerr(text): prints a text as error to standard error.
# Prints: its own lines.
# Example: tawk '$pktsSnt > 1e9 { printerr("flow " $flowInd) }' x_flows.txt
function printerr(text) {
    print _say("[ERR] ", "1;31", text) > "/dev/stderr"
}
