# _sort(column, n, type, reverse): hands the row to sort(1).
function _sort(column, n, type, reverse,   key) {
    if (_t_sort == "") {
        key = _column(column)
        _t_sort = "LC_ALL=C sort -s -t " _shell(FS) " -k" key "," key (type ~ /^s/ ? "" : "g") reverse _head(n)
        fflush()
    }
    print | _t_sort
    return 0
}
