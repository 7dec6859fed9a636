# _readnets(list): reads addresses, networks and ranges, once for each list.
function _readnets(list,   n, i, part, ends, which) {
    _t_nets[list] = 0
    if (_isip4(list)) _t_onehost[list] = 1
    n = split(list, part, /[;,]/)
    for (i = 1; i <= n; i++) {
        gsub(/[ \t]/, "", part[i])
        which = ++_t_nets[list]
        if (split(part[i], ends, "-") == 2) {
            _netrange(list, which, ends[1], ends[2])
        } else {
            split(part[i], ends, "/")
            _netmask(list, which, ends[1], ends[2])
        }
        if (!_t_netkind[list, which]) _fail("'" part[i] "' is no address, network (10.0.0.0/8) or range (10.0.0.1-10.0.0.9)")
    }
}
