# max3(a, b, c): the largest one of three numbers.
# Example: tawk '{ print max3($pktsSnt, $pktsRcvd, 3) }' x_flows.txt
function max3(a, b, c) {
    return max2(max2(a, b), c)
}
