# mask2ipstr(bits): an IPv4 mask in dotted form: 16 gives 255.255.0.0.
# Example: tawk 'BEGIN { print mask2ipstr(16) }'
function mask2ipstr(bits,   value) {
    value = 4294967296 - _pow2(32 - bits)
    return int(value / 16777216) "." int(value / 65536) % 256 "." int(value / 256) % 256 "." value % 256
}
