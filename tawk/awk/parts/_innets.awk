# _innets(address, list): whether an address is one of a list, or in one of its networks or ranges.
function _innets(address, list,   i, value) {
    if (!(list in _t_nets)) _readnets(list)
    if (list in _t_onehost) return address "" == list ""
    if (index(address, ":")) {
        value = _ip6hex(address)
        for (i = 1; i <= _t_nets[list]; i++)
            if (_t_netkind[list, i] == 6 && value "" >= _t_netfrom[list, i] "" && value "" <= _t_netto[list, i] "") return 1
    } else if (index(address, ".")) {
        value = _ip4num(address)
        for (i = 1; i <= _t_nets[list]; i++)
            if (_t_netkind[list, i] == 4 && value >= _t_netfrom[list, i] && value <= _t_netto[list, i]) return 1
    }
    return 0
}
