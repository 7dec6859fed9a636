# topDnsA: names that own records in answers of DNS, the most frequent first.
# Needs: dnsDecode
{ aggrrep(seen($dnsAname)) }
function seen(list,   part, n, i, out) {
    n = split(list, part, ";")
    out = ""
    for (i = 1; i <= n; i++) if (!strisempty(part[i])) out = out (out == "" ? "" : ";") part[i]
    return out
}
