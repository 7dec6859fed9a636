# passivedns: answers of DNS: time, who asked, who answered, name, type, names, addresses.
# Needs: dnsDecode
# Some name of the answers is not empty.
$dnsAname ~ /[^";]/ {
    print $timeFirst, $dstIP, $srcIP, $dnsQname, $dnsQType, $dnsAname, $dns4Aaddress, $dns6Aaddress
}
