# sport([list]): rows with one of these source ports; without a list the port.
# Example: tawk 'sport("53;80")' x_flows.txt
function sport(list) {
    return list == "" ? $srcPort : _inlist($srcPort, list)
}
