# isfloat(value): whether the value is a number with a point or an exponent.
# Example: tawk 'isfloat($duration)' x_flows.txt
function isfloat(value) {
    return value ~ /^[-+]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$/ || value ~ /^[-+]?[0-9]+[eE][-+]?[0-9]+$/
}
