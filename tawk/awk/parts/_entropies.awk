# _entropies(): what ientropy() prints. H = log2 n - (sum of c log2 c) / n, c the number of rows with a value, n that of all.
function _entropies(   n, part, key, at, different, sum, i, value) {
    if (!_t_entropyrows) return
    n = split(_t_entropycolumns, part, /[;\t]/)
    for (key in _t_values) {
        split(key, at, SUBSEP)
        different[at[1]]++
        sum[at[1]] += _t_values[key] * log(_t_values[key])
    }
    for (i = 1; i <= n; i++) {
        value = (log(_t_entropyrows) - sum[i] / _t_entropyrows) / log(2)
        print part[i], sprintf("%.6f", value > 0 ? value : 0), different[i]
    }
}
