# _cut6(digits, bits, fill): the first bits of 32 digits, the rest filled with zeros or with ones (f).
function _cut6(digits, bits, fill,   out, left, size, digit) {
    out = substr(digits, 1, int(bits / 4))
    left = bits % 4
    if (left) {
        size = _pow2(4 - left)
        digit = index("0123456789abcdef", substr(digits, length(out) + 1, 1)) - 1
        digit = int(digit / size) * size + (fill == "f" ? size - 1 : 0)
        out = out substr("0123456789abcdef", digit + 1, 1)
    }
    while (length(out) < 32) out = out fill
    return out
}
