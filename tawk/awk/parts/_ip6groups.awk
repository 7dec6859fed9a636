# _ip6groups(text): groups of an IPv6 address with all their digits; x if one is wrong.
function _ip6groups(text,   group, n, i, digits) {
    n = split(text, group, ":")
    digits = ""
    for (i = 1; i <= n; i++) {
        if (group[i] !~ /^[0-9a-f]+$/ || length(group[i]) > 4) return "x"
        digits = digits substr("0000" group[i], length(group[i]) + 1)
    }
    return digits
}
