# bitsallset(value, mask): whether all bits of a mask are set in a value.
# Example: tawk 'bitsallset($tcpFlags, 0x12)' x_flows.txt
function bitsallset(value, mask,   digits, i, n, long) {
    if (!(mask in _t_mask)) _mask(mask)
    digits = value ~ /^0[xX]/ ? substr(value, 3) : _hex(value)
    long = length(digits) + 1
    n = _t_mask[mask]
    for (i = 1; i <= n; i++)
        if (_t_maskat[mask, i] >= long || !index(_t_maskall[mask, i], tolower(substr(digits, long - _t_maskat[mask, i], 1)))) return 0
    return 1
}
