# tuple2(): srcIP, dstIP, separated by tabulators.
# Example: tawk '{ print tuple2() }' x_flows.txt
function tuple2() {
    return $srcIP OFS $dstIP
}
