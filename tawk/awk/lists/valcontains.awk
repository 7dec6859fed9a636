# valcontains(value, separator, item, [ignore case]): whether a cell has this value, with or without quotes.
# Example: tawk 'valcontains($hdrDesc, ":", "ipv6")' x_flows.txt
function valcontains(value, separator, item, ignore,   part, n, i) {
    if (ignore) {
        value = tolower(value)
        item = tolower(item)
    }
    n = _parts(value, separator, part)
    for (i = 1; i <= n; i++) if (part[i] "" == item "" || part[i] == "\"" item "\"") return 1
    return 0
}
