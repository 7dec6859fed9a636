# ientropy([columns]): how different the values of columns are: name, entropy in bits (Shannon), number of different values, at the end. Names separated by ;, all columns without.
# Prints: its own lines.
# Example: tawk 'ientropy("srcIP;dstIP;dstPort")' x_flows.txt
function ientropy(columns,   n, i, part, at) {
    _t_entropycolumns = columns == "" ? _t_names : columns
    _t_entropyrows++
    n = split(_t_entropycolumns, part, /[;\t]/)
    for (i = 1; i <= n; i++) {
        at = columns == "" ? i : _column(part[i])
        _t_values[i, $at]++
    }
    return 0
}
END { _entropies() }
