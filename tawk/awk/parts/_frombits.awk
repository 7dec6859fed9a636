# _frombits(bits, base, width): a number of base 2, 8, 10 or 16 of digits 0 and 1; in base 16 with 0x and at least so many digits.
function _frombits(bits, base, width,   i, value, out, size) {
    if (base == 2) {
        sub(/^0+/, "", bits)
        return bits == "" ? "0" : bits
    }
    if (base == 10) {
        value = 0
        for (i = 1; i <= length(bits); i++) value = value * 2 + substr(bits, i, 1)
        return value
    }
    size = base == 8 ? 3 : 4
    while (length(bits) % size) bits = "0" bits
    out = ""
    for (i = 1; i <= length(bits); i += size) {
        value = _frombits(substr(bits, i, size), 10)
        out = out substr("0123456789abcdef", value + 1, 1)
    }
    sub(/^0+/, "", out)
    while (length(out) < width) out = "0" out
    if (out == "") out = "0"
    return base == 16 ? "0x" out : out
}
