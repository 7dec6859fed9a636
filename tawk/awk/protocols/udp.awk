# udp(): rows of protocol 17, UDP.
# Example: tawk 'udp()' x_flows.txt
function udp() {
    return $l4Proto == 17
}
