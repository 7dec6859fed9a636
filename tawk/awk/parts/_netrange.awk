# _netrange(list, which, from, to): remembers a range of addresses.
function _netrange(list, which, from, to) {
    if (_isip4(from) && _isip4(to)) {
        _t_netkind[list, which] = 4
        _t_netfrom[list, which] = _ip4num(from)
        _t_netto[list, which] = _ip4num(to)
    } else if (_ip6hex(from) != "" && _ip6hex(to) != "") {
        _t_netkind[list, which] = 6
        _t_netfrom[list, which] = _ip6hex(from)
        _t_netto[list, which] = _ip6hex(to)
    }
}
