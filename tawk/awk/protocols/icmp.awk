# icmp(): rows of protocol 1, ICMP.
# Example: tawk 'icmp()' x_flows.txt
function icmp() {
    return $l4Proto == 1
}
