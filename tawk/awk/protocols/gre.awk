# gre(): rows of protocol 47, GRE.
# Example: tawk 'gre()' x_flows.txt
function gre() {
    return $l4Proto == 47
}
