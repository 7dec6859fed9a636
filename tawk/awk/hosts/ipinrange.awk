# ipinrange(address, low, high): whether an address lies between two others, these included.
# Example: tawk 'ipinrange($srcIP, "10.1.0.1", "10.1.0.99")' x_flows.txt
function ipinrange(address, low, high) {
    return _innets(address, low "-" high)
}
