# _place(name): number of the column with this name, 0 if there is none.
function _place(name,   part, n, i) {
    if (!_t_named) {
        _t_named = 1
        n = split(_t_names, part, "\t")
        for (i = n; i > 0; i--) _t_place[part[i]] = i
    }
    return name in _t_place ? _t_place[name] : 0
}
