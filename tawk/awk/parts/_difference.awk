# _difference(): what diff() tells at the end.
function _difference(   line, rest, name, n, i) {
    if (_t_difffile == "") return
    while ((getline line < _t_difffile) > 0) if (line !~ /^[%#]/) rest++
    if (rest) print rest " more rows in " _t_difffile
    n = split(_t_names, name, "\t")
    if (_t_diffmode + 0) for (i = 1; i <= n; i++) if (_t_diffs[i]) print name[i], _t_diffs[i]
}
