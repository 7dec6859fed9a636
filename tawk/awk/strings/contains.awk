# contains(text, part): whether a text contains another.
# Example: tawk 'contains($hdrDesc, "ipv6")' x_flows.txt
function contains(text, part) {
    return index(text, part) > 0
}
