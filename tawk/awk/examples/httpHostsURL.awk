# httpHostsURL: hosts with what was asked for from them by HTTP, and how often.
# Needs: httpSniffer
$httpHosts != "" && $httpURL != "" { aggr($httpHosts OFS $httpURL) }
