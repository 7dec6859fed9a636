# topTLD: domains of the top level that are asked for by DNS, the most frequent first.
# Needs: dnsDecode
$dir == "A" {
    n = split($dnsQname, name, ";")
    for (i = 1; i <= n; i++) {
        labels = split(unquote(name[i]), label, ".")
        if (label[labels] != "") aggr(label[labels])
    }
}
