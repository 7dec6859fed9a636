# nonstdports: protocols that were recognised on ports that are not theirs: tuple and name of the protocol.
# Needs: httpSniffer, sshDecode, ftpDecode
function other(name, ports) { if (!port(ports)) print tuple5(), name }
bitsanyset($httpStat, 0x0028) { other("http", "80;591;8000-8099;8888;3128") }
bitsanyset($sshStat, 0x0001) { other("ssh", "22") }
bitsanyset($ftpStat, 0x09) { other("ftp", "21") }
