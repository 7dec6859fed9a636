# tuple6(): vlanID, srcIP, srcPort, dstIP, dstPort, l4Proto, separated by tabulators.
# Example: tawk '{ print tuple6() }' x_flows.txt
function tuple6() {
    return $vlanID OFS $srcIP OFS $srcPort OFS $dstIP OFS $dstPort OFS $l4Proto
}
