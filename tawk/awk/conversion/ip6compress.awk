# ip6compress(address): an IPv6 address in its shortest form (RFC 5952).
# Example: tawk 'ipv6() { print ip6compress($srcIP) }' x_flows.txt
function ip6compress(address,   digits, group, i, from, best, long, out) {
    digits = _ip6hex(address)
    if (digits == "") return ""
    best = long = from = 0
    for (i = 1; i <= 8; i++) {
        group[i] = substr(digits, i * 4 - 3, 4)
        sub(/^0+/, "", group[i])
        if (group[i] != "") {
            group[i] = tolower(group[i])
            from = 0
            continue
        }
        group[i] = "0"
        if (!from) from = i
        if (i - from + 1 > long) {
            long = i - from + 1
            best = from
        }
    }
    out = ""
    for (i = 1; i <= 8; i++) {
        if (long > 1 && i == best) {
            out = out "::"
            i += long - 1
        } else {
            out = out (out == "" || out ~ /:$/ ? "" : ":") group[i]
        }
    }
    return out
}
