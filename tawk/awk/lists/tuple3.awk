# tuple3(): srcIP, dstIP, dstPort, separated by tabulators.
# Example: tawk '{ print tuple3() }' x_flows.txt
function tuple3() {
    return $srcIP OFS $dstIP OFS $dstPort
}
