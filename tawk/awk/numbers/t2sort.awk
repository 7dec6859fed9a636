# t2sort(column, [n], [type]): rows sorted by a column, only the first n of them (the last ones if n is negative); numbers, or texts with type "s".
# Prints: rows.
# Example: tawk 't2sort(pktsSnt, 3)' x_flows.txt
function t2sort(column, n, type) {
    return _sort(column, n, type, "")
}
