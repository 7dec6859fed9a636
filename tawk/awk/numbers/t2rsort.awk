# t2rsort(column, [n], [type]): rows sorted by a column, the largest first, only n of them (the last ones if n is negative); numbers, or texts with type "s".
# Prints: rows.
# Example: tawk 't2rsort(pktsSnt, 3)' x_flows.txt
function t2rsort(column, n, type) {
    return _sort(column, n, type, "r")
}
