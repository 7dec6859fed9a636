# icmp6(): rows of protocol 58, ICMPv6.
# Example: tawk 'icmp6()' x_flows.txt
function icmp6() {
    return $l4Proto == 58
}
