# _mask(mask): takes the digits of a mask that are not 0 apart, once for each mask, counted from the last one.
function _mask(mask,   digits, i, n, digit, value, other, bit) {
    digits = _hex(mask)
    n = 0
    for (i = 1; i <= length(digits); i++) {
        digit = substr(digits, length(digits) - i + 1, 1)
        if (digit == "0") continue
        n++
        _t_maskat[mask, n] = i
        value = index("0123456789abcdef", digit) - 1
        # The digits of a value that have one of these bits, and those that have all of them.
        _t_maskany[mask, n] = ""
        _t_maskall[mask, n] = ""
        for (other = 1; other < 16; other++) {
            bit = _and4(value, other)
            if (bit) _t_maskany[mask, n] = _t_maskany[mask, n] substr("0123456789abcdef", other + 1, 1)
            if (bit == value) _t_maskall[mask, n] = _t_maskall[mask, n] substr("0123456789abcdef", other + 1, 1)
        }
    }
    _t_mask[mask] = n
}
