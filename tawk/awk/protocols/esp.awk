# esp(): rows of protocol 50, ESP.
# Example: tawk 'esp()' x_flows.txt
function esp() {
    return $l4Proto == 50
}
