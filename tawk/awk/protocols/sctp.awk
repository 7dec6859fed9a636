# sctp(): rows of protocol 132, SCTP.
# Example: tawk 'sctp()' x_flows.txt
function sctp() {
    return $l4Proto == 132
}
