# tuple4(): srcIP, srcPort, dstIP, dstPort, separated by tabulators.
# Example: tawk '{ print tuple4() }' x_flows.txt
function tuple4() {
    return $srcIP OFS $srcPort OFS $dstIP OFS $dstPort
}
