# isnum(value): whether the value is a number.
# Example: tawk 'isnum($avgL7PktSz)' x_flows.txt
function isnum(value) {
    return isint(value) || isfloat(value)
}
