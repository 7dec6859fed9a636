# min3(a, b, c): the smallest one of three numbers.
# Example: tawk '{ print min3($pktsSnt, $pktsRcvd, 3) }' x_flows.txt
function min3(a, b, c) {
    return min2(min2(a, b), c)
}
