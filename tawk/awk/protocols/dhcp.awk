# dhcp(): rows in which the plugin dhcpDecode has seen something; needs its column dhcpStat.
# Example: tawk 'dhcp()' x_flows.txt
function dhcp() {
    return _nonzero($dhcpStat)
}
