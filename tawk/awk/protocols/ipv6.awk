# ipv6(): rows with addresses of IPv6.
# Example: tawk 'ipv6() && udp()' x_flows.txt
function ipv6() {
    return index($srcIP, ":") > 0
}
