# mean(value): the mean of the values of all rows so far, as a rule of its own printed at the end; without a value what it is.
# Prints: its own lines.
# Example: tawk 'mean($duration)' x_flows.txt
function mean(value) {
    _many("mean", value)
    if (_t_alone_mean) return 0
    return _t_count["mean"] ? _t_sum["mean"] / _t_count["mean"] : 0
}
END { if (_t_alone_mean) print _t_count["mean"] ? _t_sum["mean"] / _t_count["mean"] : 0 }
