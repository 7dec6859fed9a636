# min(value): the smallest value of all rows so far, as a rule of its own printed at the end; without a value what it is.
# Prints: its own lines.
# Example: tawk 'min($duration)' x_flows.txt
function min(value) {
    _many("min", value)
    return _t_alone_min ? 0 : _t_least["min"]
}
END { if (_t_alone_min) print _t_least["min"] }
