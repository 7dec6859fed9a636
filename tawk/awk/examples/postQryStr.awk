# postQryStr: POST requests of HTTP with a query in the URL: tuple, hosts, URLs.
# Needs: httpSniffer
bitsanyset($httpAFlags, 0x0001) { print tuple5(), $httpHosts, $httpURL }
