# ip2str(value): an IPv4 address (number or 0x) in dotted form.
# Example: tawk 'ipv4() { print ip2str(ip2hex($srcIP)) }' x_flows.txt
function ip2str(value) {
    value = ip2num(value)
    if (value == "") return ""
    return int(value / 16777216) "." int(value / 65536) % 256 "." int(value / 256) % 256 "." value % 256
}
