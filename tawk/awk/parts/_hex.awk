# _hex(value): digits in hexadecimal of a number, or of a text with 0x in front, without leading zeros.
function _hex(value,   out, digit) {
    if (value ~ /^0[xX]/) {
        out = tolower(substr(value, 3))
        sub(/^0+/, "", out)
        return out == "" ? "0" : out
    }
    value = int(value + 0)
    if (value < 0) value = -value
    out = ""
    while (value >= 1) {
        digit = value % 16
        out = substr("0123456789abcdef", digit + 1, 1) out
        value = int(value / 16)
    }
    return out == "" ? "0" : out
}
