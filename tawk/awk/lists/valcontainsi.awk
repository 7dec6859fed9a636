# valcontainsi(value, separator, item): whether a cell has this value, whatever the case of its letters.
# Example: tawk 'valcontainsi($hdrDesc, ":", "IPV6")' x_flows.txt
function valcontainsi(value, separator, item) {
    return valcontains(value, separator, item, 1)
}
