# cvalcontainsi(value, item): whether a compound (_) has this value, whatever the case of its letters.
# Example: tawk 'cvalcontainsi($ip6OptCntHH_D, "0")' x_flows.txt
function cvalcontainsi(value, item) {
    return valcontains(value, "_", item, 1)
}
