# isuint(value): whether the value is a whole number without a sign.
# Example: tawk 'isuint($dstPort)' x_flows.txt
function isuint(value) {
    return value ~ /^[0-9]+$/
}
