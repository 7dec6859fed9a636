# dnsZT: zone transfers of DNS (AXFR, IXFR).
# Needs: dnsDecode
bitsanyset($dnsStat, 0x00c0)
