# cvalcontains(value, item, [ignore case]): whether a compound (_) has this value.
# Example: tawk 'cvalcontains($ip6OptCntHH_D, "0")' x_flows.txt
function cvalcontains(value, item, ignore) {
    return valcontains(value, "_", item, ignore)
}
