# igmp(): rows of protocol 2, IGMP.
# Example: tawk 'igmp()' x_flows.txt
function igmp() {
    return $l4Proto == 2
}
