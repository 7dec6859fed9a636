# topDnsQ: names that are asked for by DNS, the most frequent first.
# Needs: dnsDecode
$dir == "A" { aggrrep($dnsQname) }
