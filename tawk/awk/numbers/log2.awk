# log2(number): logarithm of base 2.
# Example: tawk '$pktsSnt > 0 { print log2($pktsSnt) }' x_flows.txt
function log2(number) {
    return log(number) / log(2)
}
