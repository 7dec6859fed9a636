# max(value): the largest value of all rows so far, as a rule of its own printed at the end; without a value what it is.
# Prints: its own lines.
# Example: tawk 'max($duration)' x_flows.txt
function max(value) {
    _many("max", value)
    return _t_alone_max ? 0 : _t_most["max"]
}
END { if (_t_alone_max) print _t_most["max"] }
