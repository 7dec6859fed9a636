# ip2mask(mask): number of bits of a mask in dotted form or 0x: 255.255.0.0 gives 16; empty if it is none.
# Example: tawk 'BEGIN { print ip2mask("255.255.0.0") }'
function ip2mask(mask,   value, bits) {
    value = ip2num(mask)
    if (value == "") return ""
    for (bits = 0; bits <= 32; bits++) if (value == 4294967296 - _pow2(32 - bits)) return bits
    return ""
}
