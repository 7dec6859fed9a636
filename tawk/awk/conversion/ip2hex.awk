# ip2hex(address): an IPv4 address with 8 digits or an IPv6 address with 32 digits in hexadecimal.
# Example: tawk '{ print ip2hex($srcIP) }' x_flows.txt
function ip2hex(address,   digits) {
    if (index(address, ":")) {
        digits = _ip6hex(address)
        return digits == "" ? "" : "0x" digits
    }
    if (ip2num(address) == "") return ""
    digits = _hex(ip2num(address))
    return "0x" substr("00000000" digits, length(digits) + 1)
}
