# aggr(fields, [values], [n]): groups rows by a text and counts them, or adds values up; at the end each group with its value and its share of all, the largest first, or only n of them (the smallest ones if n is negative).
# Several fields or values are joined by OFS, as tuple2() does, or ; between values.
# Prints: its own lines.
# Example: tawk 'aggr($dstPort)' x_flows.txt
# Example: tawk 'aggr(tuple2(), $pktsSnt ";" $l7BytesSnt, 3)' x_flows.txt
function aggr(fields, values, n) {
    _t_keep = n
    _aggregate(fields, values)
    return 0
}
