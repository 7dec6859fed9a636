# passivedns: answers of DNS: time, who asked, who answered, name, type, names, addresses.
# Needs: dnsDecode
$dnsQname != "" && ($dns4Aaddress != "" || $dns6Aaddress != "" || $dnsAname != "") {
    print $timeFirst, $dstIP, $srcIP, $dnsQname, $dnsQType, $dnsAname, $dns4Aaddress, $dns6Aaddress
}
