# ipv4(): rows with addresses of IPv4.
# Example: tawk 'ipv4() && udp()' x_flows.txt
function ipv4() {
    return index($srcIP, ".") > 0 && index($srcIP, ":") == 0
}
