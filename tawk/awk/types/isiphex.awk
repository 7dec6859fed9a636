# isiphex(value): whether the value is an IPv4 address in hexadecimal: 0x0a010002.
# Example: tawk 'isiphex(ip2hex($srcIP))' x_flows.txt
function isiphex(value) {
    return value ~ /^0[xX][0-9a-fA-F]+$/ && length(value) == 10
}
