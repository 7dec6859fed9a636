# max2(a, b): the larger one of two numbers.
# Example: tawk '{ print max2($srcPort, $dstPort) }' x_flows.txt
function max2(a, b) {
    return a + 0 > b + 0 ? a : b
}
