# ffsplit([suffix], [columns], [header]): writes each row into a file for each column whose name ends in Stat and whose value is not 0, named by the column and the suffix (.txt).
# Columns: a list of names; all without. Header: 0 leaves the names of the columns out.
# Prints: its own lines.
# Example: tawk 'ffsplit("_split.txt", "flowInd;srcIP;dstIP")' x_flows.txt
function ffsplit(suffix, columns, header,   name, n, i, k, part, file, row, names) {
    n = split(_t_names, name, "\t")
    k = columns == "" ? 0 : split(columns, part, /[;,]/)
    row = k ? $(_column(part[1])) : $0
    names = _t_signtext (k ? part[1] : _t_names)
    for (i = 2; i <= k; i++) {
        row = row OFS $(_column(part[i]))
        names = names OFS part[i]
    }
    for (i = 1; i <= n; i++) {
        if (name[i] !~ /Stat$/ || !_nonzero($i)) continue
        file = name[i] (suffix == "" ? ".txt" : suffix)
        if (!_t_split[file]++ && header != "0") print names > file
        print row > file
    }
    return 0
}
