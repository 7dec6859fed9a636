# _netmask(list, which, base, mask): remembers a network; the mask is a number of bits, of IPv4 also in dotted form.
function _netmask(list, which, base, mask,   bits, size) {
    if (_isip4(base)) {
        bits = mask == "" ? 32 : _isip4(mask) ? ip2mask(mask) : mask
        if (bits !~ /^[0-9]+$/ || bits > 32) return
        size = _pow2(32 - bits)
        _t_netkind[list, which] = 4
        _t_netfrom[list, which] = int(_ip4num(base) / size) * size
        _t_netto[list, which] = _t_netfrom[list, which] + size - 1
    } else if (_ip6hex(base) != "") {
        bits = mask == "" ? 128 : mask
        if (bits !~ /^[0-9]+$/ || bits > 128) return
        _t_netkind[list, which] = 6
        _t_netfrom[list, which] = _cut6(_ip6hex(base), bits, "0")
        _t_netto[list, which] = _cut6(_ip6hex(base), bits, "f")
    }
}
