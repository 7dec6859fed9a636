# isset(value): whether the value is set: neither empty nor -.
# Example: tawk 'isset($vlanID)' x_flows.txt
function isset(value) {
    return value != "" && value != "-" && value != "\"\""
}
