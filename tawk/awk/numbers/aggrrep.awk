# aggrrep(list, [value], [n]): as aggr(), but each value of a list (;) counts by itself.
# Prints: its own lines.
# Example: tawk 'aggrrep($numHdrs)' x_flows.txt
function aggrrep(list, values, n,   part, count, i) {
    _t_keep = n
    if (list == "") return 0
    count = _parts(list, ";", part)
    for (i = 1; i <= count; i++) _aggregate(part[i], values)
    return 0
}
