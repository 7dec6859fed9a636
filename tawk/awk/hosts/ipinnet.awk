# ipinnet(address, network, [mask]): whether an address is in a network; the mask as number of bits or dotted, if it is not behind the network's slash.
# Example: tawk 'ipinnet($dstIP, "10.1.0.0", 16)' x_flows.txt
function ipinnet(address, network, mask) {
    return _innets(address, mask == "" ? network : network "/" mask)
}
