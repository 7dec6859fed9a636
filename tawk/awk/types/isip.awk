# isip(value): whether the value is an IPv4 or IPv6 address.
# Example: tawk 'isip($srcIP)' x_flows.txt
function isip(value) {
    return _isip4(value) || isip6(value)
}
