# isipnum(value): whether the value is an IPv4 address as number.
# Example: tawk 'isipnum(ip2num($srcIP))' x_flows.txt
function isipnum(value) {
    return value ~ /^[0-9]+$/ && value <= 4294967295
}
