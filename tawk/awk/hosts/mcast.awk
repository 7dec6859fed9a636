# mcast([address]): whether it is an address of a group of hosts (224.0.0.0/4, ff00::/8) (RFC 5771, RFC 4291); without an address, whether source or destination is one.
# Example: tawk 'mcast($dstIP)' x_flows.txt
function mcast(address) {
    if (address != "") return _innets(address, "224.0.0.0/4;ff00::/8")
    return _innets($srcIP, "224.0.0.0/4;ff00::/8") || _innets($dstIP, "224.0.0.0/4;ff00::/8")
}
