# loopback([address]): whether it is an address of the machine itself (127.0.0.0/8, ::1) (RFC 1122, RFC 4291); without an address, whether source or destination is one.
# Example: tawk 'loopback($dstIP)' x_flows.txt
function loopback(address) {
    if (address != "") return _innets(address, "127.0.0.0/8;::1")
    return _innets($srcIP, "127.0.0.0/8;::1") || _innets($dstIP, "127.0.0.0/8;::1")
}
