# dhost([list]): rows with this destination address, or one in these networks; without a list the address.
# Addresses, networks (10.0.0.0/8, 10.0.0.0/255.0.0.0, fe80::/10) and ranges (10.0.0.1-10.0.0.9), separated by ;.
# Example: tawk 'dhost("10.1.0.0/16;2001:db8::/32")' x_flows.txt
function dhost(list) {
    return list == "" ? $dstIP : _innets($dstIP, list)
}
