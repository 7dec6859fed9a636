# tobits(value, [base]): the digits 0 and 1 of a number in base 10 (or 2, 8, 16; with 0x in front it is hexadecimal).
# Example: tawk '{ print tobits($tcpFlags) }' x_flows.txt
function tobits(value, base,   digits, out, i, n, bit) {
    if (base + 0 == 16 && value !~ /^0[xX]/) value = "0x" value
    if (base + 0 == 2) return value
    if (base + 0 == 8) value = _octal(value)
    digits = value ~ /^0[xX]/ ? tolower(substr(value, 3)) : _hex(value)
    out = ""
    for (i = 1; i <= length(digits); i++) {
        n = index("0123456789abcdef", substr(digits, i, 1)) - 1
        for (bit = 8; bit >= 1; bit /= 2) out = out (int(n / bit) % 2)
    }
    return out
}
