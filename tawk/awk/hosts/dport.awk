# dport([list]): rows with one of these destination ports; without a list the port.
# Example: tawk 'dport("53;80")' x_flows.txt
function dport(list) {
    return list == "" ? $dstPort : _inlist($dstPort, list)
}
