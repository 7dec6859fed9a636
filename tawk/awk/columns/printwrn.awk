# printwrn(text): prints a text as warning to standard error.
# Prints: its own lines.
# Example: tawk '$pktsSnt > 1e9 { printwrn("flow " $flowInd) }' x_flows.txt
function printwrn(text) {
    print _say("[WRN] ", "1;33", text) > "/dev/stderr"
}
