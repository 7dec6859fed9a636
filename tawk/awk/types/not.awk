# not(value): 1 for 0 and for an empty text, else 0.
# Example: tawk 'not(tcp())' x_flows.txt
function not(value) {
    return !value
}
