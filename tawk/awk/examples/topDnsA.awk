# topDnsA: names that own records in answers of DNS, the most frequent first.
# Needs: dnsDecode
{ aggrrep($dnsAname) }
