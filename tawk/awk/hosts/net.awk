# net([list]): rows with one of these addresses, networks or ranges as source or destination; without a list both addresses.
# Example: tawk 'net("10.1.0.2")' x_flows.txt
function net(list) {
    return list == "" ? $srcIP OFS $dstIP : _innets($srcIP, list) || _innets($dstIP, list)
}
