# min2(a, b): the smaller one of two numbers.
# Example: tawk '{ print min2($pktsSnt, $pktsRcvd) }' x_flows.txt
function min2(a, b) {
    return a + 0 < b + 0 ? a : b
}
