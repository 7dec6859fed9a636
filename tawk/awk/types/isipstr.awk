# isipstr(value): whether the value is an IPv4 address in dotted form.
# Example: tawk 'isipstr($srcIP)' x_flows.txt
function isipstr(value) {
    return _isip4(value)
}
