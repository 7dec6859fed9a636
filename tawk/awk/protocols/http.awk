# http(): rows in which the plugin httpSniffer has seen something; needs its column httpStat.
# Example: tawk 'http()' x_flows.txt
function http() {
    return _nonzero($httpStat)
}
