# nibble_swap(value): the value with the two digits of each byte in hexadecimal exchanged: 0x1234 becomes 0x2143.
# Example: tawk '{ print nibble_swap($ipToS) }' x_flows.txt
function nibble_swap(value,   digits, out, i) {
    digits = value ~ /^0[xX]/ ? substr(value, 3) : _hex(value)
    if (length(digits) % 2) digits = "0" digits
    out = ""
    for (i = 1; i < length(digits); i += 2) out = out substr(digits, i + 1, 1) substr(digits, i, 1)
    return value ~ /^0[xX]/ ? "0x" out : _unhex(out)
}
