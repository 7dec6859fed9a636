# _groups(): prints all groups, sorted by their first value.
function _groups(   fields, i, line, command) {
    command = "LC_ALL=C sort -t '\t' -k1,1g" (_t_keep + 0 < 0 ? "" : "r") " -k2 | cut -f2-" _head(_t_keep < 0 ? -_t_keep : _t_keep)
    fflush()
    for (fields in _t_group) {
        line = _t_total[fields, 1] + 0 "\t" fields
        for (i = 1; i <= _t_width; i++)
            line = line OFS _t_total[fields, i] + 0 OFS sprintf("%.2f%%", _t_all[i] ? 100 * _t_total[fields, i] / _t_all[i] : 0)
        print line | command
    }
    close(command)
}
