# isip6(value): whether the value is an IPv6 address.
# Example: tawk 'isip6($srcIP)' x_flows.txt
function isip6(value) {
    return _ip6hex(value) != ""
}
