# topSLD: domains of the second level that are asked for by DNS, the most frequent first.
# Needs: dnsDecode
$dir == "A" {
    n = split($dnsQname, name, ";")
    for (i = 1; i <= n; i++) {
        labels = split(unquote(name[i]), label, ".")
        if (labels > 1) aggr(label[labels - 1] "." label[labels])
    }
}
