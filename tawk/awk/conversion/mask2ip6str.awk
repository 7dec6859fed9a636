# mask2ip6str(bits): an IPv6 mask as address: 64 gives ffff:ffff:ffff:ffff::.
# Example: tawk 'BEGIN { print mask2ip6str(64) }'
function mask2ip6str(bits) {
    return ip62str(mask2ip6(bits))
}
