# bitsanyset(value, mask): whether at least one bit of a mask is set in a value; up to 64 bits and more, in hexadecimal (0x0400000000004000) or as number.
# Example: tawk 'bitsanyset($flowStat, 0x0000000000004000)' x_flows.txt
function bitsanyset(value, mask,   digits, i, n, long) {
    if (!(mask in _t_mask)) _mask(mask)
    digits = value ~ /^0[xX]/ ? substr(value, 3) : _hex(value)
    long = length(digits) + 1
    n = _t_mask[mask]
    for (i = 1; i <= n; i++)
        if (_t_maskat[mask, i] < long && index(_t_maskany[mask, i], tolower(substr(digits, long - _t_maskat[mask, i], 1)))) return 1
    return 0
}
