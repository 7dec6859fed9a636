# diff(file, [mode]): compares each row with the one at the same place in another file with the same columns.
# Mode 0: a line for each cell that differs: row, column, value here, value there; 1: at the end how many cells of each column differ.
# Prints: its own lines.
# Example: tawk 'diff("y_flows.txt", 1)' x_flows.txt
function diff(file, mode,   line, other, name, n, i, more) {
    _t_difffile = file
    _t_diffmode = mode
    do { more = (getline line < file) } while (more > 0 && line ~ /^[%#]/)
    if (more < 0) _fail("diff: cannot read " file)
    _t_diffrow++
    if (!more) {
        if (!_t_diffshort++) print "rows from " _t_diffrow " on are not in " file
        return 0
    }
    if (line == $0) return 0
    n = split(_t_names, name, "\t")
    split(line, other, FS)
    for (i = 1; i <= n; i++) {
        if ($i "" == other[i] "") continue
        _t_diffs[i]++
        if (mode + 0 == 0) print _t_diffrow, name[i], $i, other[i]
    }
    return 0
}
END { _difference() }
