# splitc(value, [n], [output separator]): the n-th part of a compound (_); without n all parts, separated.
# Example: tawk '{ print splitc($ip6OptCntHH_D, 2) }' x_flows.txt
function splitc(value, n, between) {
    return t2split(value, "_", n, between)
}
