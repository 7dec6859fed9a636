# _head(n): what of the shell takes the first n lines, of a negative number the last ones, of 0 all.
function _head(n) {
    if (n + 0 > 0) return " | head -n " int(n)
    if (n + 0 < 0) return " | tail -n " int(-n)
    return ""
}
