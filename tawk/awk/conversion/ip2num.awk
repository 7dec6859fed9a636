# ip2num(address): an IPv4 address (dotted or 0x) as number.
# Example: tawk 'ipv4() { print ip2num($srcIP) }' x_flows.txt
function ip2num(address) {
    if (_isip4(address)) return _ip4num(address)
    if (isiphex(address)) return _unhex(substr(address, 3))
    return isipnum(address) ? address + 0 : ""
}
