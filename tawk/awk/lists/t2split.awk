# t2split(value, separator, [n], [output separator]): the n-th value of a cell, counted from the end if n is negative; without n all, each behind the output separator.
# Example: tawk '{ print t2split($hdrDesc, ":", 1) }' x_flows.txt
function t2split(value, separator, n, between,   part, count, i, out) {
    count = _parts(value, separator, part)
    if (n + 0) {
        if (n < 0) n = count + 1 + n
        return n >= 1 && n <= count ? part[n] : ""
    }
    if (between == "") between = OFS
    out = part[1]
    for (i = 2; i <= count; i++) out = out between part[i]
    return out
}
