# ah(): rows of protocol 51, AH.
# Example: tawk 'ah()' x_flows.txt
function ah() {
    return $l4Proto == 51
}
