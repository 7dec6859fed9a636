# mask2ip(bits): an IPv4 mask in hexadecimal: 16 gives 0xffff0000.
# Example: tawk 'BEGIN { print mask2ip(16) }'
function mask2ip(bits) {
    return ip2hex(mask2ipstr(bits))
}
