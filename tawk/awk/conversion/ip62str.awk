# ip62str(value): an IPv6 address of 32 digits in hexadecimal in its shortest form.
# Example: tawk 'ipv6() { print ip62str(ip2hex($srcIP)) }' x_flows.txt
function ip62str(value,   out, i) {
    sub(/^0[xX]/, "", value)
    if (length(value) != 32) return ""
    out = substr(value, 1, 4)
    for (i = 5; i < 32; i += 4) out = out ":" substr(value, i, 4)
    return ip6compress(out)
}
