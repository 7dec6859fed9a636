# wildcard(expression): values of the columns whose names match a regular expression, as a rule of its own printed with their names.
# Prints: its own lines.
# Example: tawk 'wildcard("^(flowInd|pkts)")' x_flows.txt
function wildcard(expression,   name, n, i, out) {
    if (!(expression in _t_wild)) {
        n = split(_t_names, name, "\t")
        _t_wild[expression] = 0
        for (i = 1; i <= n; i++) if (name[i] ~ expression) _t_wildat[expression, ++_t_wild[expression]] = i
    }
    out = ""
    for (i = 1; i <= _t_wild[expression]; i++) out = out (i > 1 ? OFS : "") $_t_wildat[expression, i]
    if (!_t_alone_wildcard) return out
    if (_t_header == NR) {
        sub(_t_sign, "", out)
        out = _t_signtext out
    }
    print out
    return 0
}
