# rsvp(): rows of protocol 46, RSVP.
# Example: tawk 'rsvp()' x_flows.txt
function rsvp() {
    return $l4Proto == 46
}
