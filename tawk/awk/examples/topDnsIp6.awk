# topDnsIp6: IPv6 addresses in answers of DNS, the most frequent first.
# Needs: dnsDecode
{ aggrrep(seen($dns6Aaddress, "::")) }
function seen(list, none,   part, n, i, out) {
    n = split(list, part, ";")
    out = ""
    for (i = 1; i <= n; i++) if (part[i] != "" && part[i] != none) out = out (out == "" ? "" : ";") part[i]
    return out
}
