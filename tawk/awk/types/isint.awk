# isint(value): whether the value is a whole number.
# Example: tawk 'isint($dstPort)' x_flows.txt
function isint(value) {
    return value ~ /^[-+]?[0-9]+$/
}
