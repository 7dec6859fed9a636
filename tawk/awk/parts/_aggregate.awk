# _aggregate(fields, values): adds to a group; without values one.
function _aggregate(fields, values,   n, i, part) {
    _t_group[fields] = 1
    if (values == "") {
        if (!_t_width) _t_width = 1
        _t_total[fields, 1]++
        _t_all[1]++
        return
    }
    n = split(values, part, /[\t;]/)
    if (n > _t_width) _t_width = n
    for (i = 1; i <= n; i++) {
        _t_total[fields, i] += part[i]
        _t_all[i] += part[i]
    }
}
END { _groups() }
