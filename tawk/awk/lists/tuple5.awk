# tuple5(): srcIP, srcPort, dstIP, dstPort, l4Proto, separated by tabulators.
# Example: tawk '{ print tuple5() }' x_flows.txt
function tuple5() {
    return $srcIP OFS $srcPort OFS $dstIP OFS $dstPort OFS $l4Proto
}
