# tcp(): rows of protocol 6, TCP.
# Example: tawk 'tcp()' x_flows.txt
function tcp() {
    return $l4Proto == 6
}
