# privip([address]): whether it is an address of private networks (10/8, 172.16/12, 192.168/16, fc00::/7) (RFC 1918, RFC 4193); without an address, whether source or destination is one.
# Example: tawk 'privip($dstIP)' x_flows.txt
function privip(address) {
    if (address != "") return _innets(address, "10.0.0.0/8;172.16.0.0/12;192.168.0.0/16;fc00::/7")
    return _innets($srcIP, "10.0.0.0/8;172.16.0.0/12;192.168.0.0/16;fc00::/7") || _innets($dstIP, "10.0.0.0/8;172.16.0.0/12;192.168.0.0/16;fc00::/7")
}
