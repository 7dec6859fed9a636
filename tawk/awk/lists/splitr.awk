# splitr(value, [n], [output separator]): the n-th value of a list (;); without n all values, separated.
# Example: tawk '{ print splitr($srcMac, 1) }' x_flows.txt
function splitr(value, n, between) {
    return t2split(value, ";", n, between)
}
