# mask2ip6(bits): an IPv6 mask in hexadecimal.
# Example: tawk 'BEGIN { print mask2ip6(64) }'
function mask2ip6(bits) {
    return "0x" _cut6("ffffffffffffffffffffffffffffffff", bits, "0")
}
