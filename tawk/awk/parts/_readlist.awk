# _readlist(list): reads numbers and ranges, once for each list.
function _readlist(list,   n, i, part, ends) {
    _t_ranges[list] = 0
    n = split(list, part, /[;,]/)
    for (i = 1; i <= n; i++) {
        gsub(/[ \t]/, "", part[i])
        if (part[i] ~ /^[0-9]+$/) {
            _t_single[list, part[i] + 0] = 1
        } else if (part[i] ~ /^[0-9]+-[0-9]+$/) {
            split(part[i], ends, "-")
            _t_ranges[list]++
            _t_from[list, _t_ranges[list]] = ends[1] + 0
            _t_to[list, _t_ranges[list]] = ends[2] + 0
        } else if (part[i] != "" || n == 1) {
            _fail("'" part[i] "' is neither a number nor a range such as 1-10")
        }
    }
}
