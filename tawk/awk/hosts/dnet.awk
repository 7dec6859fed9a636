# dnet([list]): rows whose destination is in one of these networks, as dhost(); without a list the address.
# Example: tawk 'dnet("10.0.0.0/8")' x_flows.txt
function dnet(list) {
    return list == "" ? $dstIP : _innets($dstIP, list)
}
