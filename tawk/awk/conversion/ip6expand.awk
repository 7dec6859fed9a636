# ip6expand(address): an IPv6 address with all its digits.
# Example: tawk 'ipv6() { print ip6expand($srcIP) }' x_flows.txt
function ip6expand(address,   digits, out, i) {
    digits = _ip6hex(address)
    if (digits == "") return ""
    out = substr(digits, 1, 4)
    for (i = 5; i < 32; i += 4) out = out ":" substr(digits, i, 4)
    return out
}
