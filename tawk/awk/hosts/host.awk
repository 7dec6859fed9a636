# host([list]): rows with one of these addresses, networks or ranges as source or destination; without a list both addresses.
# Example: tawk 'host("10.1.0.2")' x_flows.txt
function host(list) {
    return list == "" ? $srcIP OFS $dstIP : _innets($srcIP, list) || _innets($dstIP, list)
}
