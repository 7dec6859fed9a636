# covertChans: flows that may hide data: ICMP with the marks of Loki or SSH, names of DNS with labels of 40 letters or more.
# Needs: icmpDecode, dnsDecode
bitsanyset($icmpStat, 0xc0) || $dnsQname ~ /[^".;][^".;][^".;][^".;][^".;][^".;][^".;][^".;][^".;][^".;][^".;][^".;][^".;][^".;][^".;][^".;][^".;][^".;][^".;][^".;][^".;][^".;][^".;][^".;][^".;][^".;][^".;][^".;][^".;][^".;][^".;][^".;][^".;][^".;][^".;][^".;][^".;][^".;][^".;][^".;]/
