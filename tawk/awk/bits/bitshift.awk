# bitshift(value, places, [direction], [base]): the value with its bits shifted to the left (direction l) or right (r). The result has base 2, 8, 10 or 16; without one that of the value.
# Example: tawk '{ print bitshift($ipToS, 2, "r") }' x_flows.txt
function bitshift(value, places, direction, base,   bits, width, i) {
    if (base == "") base = value ~ /^0[xX]/ ? 16 : 10
    width = value ~ /^0[xX]/ && base == 16 ? length(value) - 2 : 0
    bits = tobits(value)
    if (direction ~ /^[rR>]/) {
        bits = places < length(bits) ? substr(bits, 1, length(bits) - places) : "0"
    } else {
        for (i = 0; i < places; i++) bits = bits "0"
    }
    return _frombits(bits, base + 0, width)
}
