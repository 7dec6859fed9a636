# _inlist(value, list): whether a number is one of a list or in one of its ranges.
function _inlist(value, list,   i) {
    if (!(list in _t_ranges)) _readlist(list)
    if (value == "") return 0
    if ((list, value + 0) in _t_single) return 1
    for (i = 1; i <= _t_ranges[list]; i++)
        if (value + 0 >= _t_from[list, i] && value + 0 <= _t_to[list, i]) return 1
    return 0
}
