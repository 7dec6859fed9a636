# dns(): rows in which the plugin dnsDecode has seen something; needs its column dnsStat.
# Example: tawk 'dns()' x_flows.txt
function dns() {
    return _nonzero($dnsStat)
}
