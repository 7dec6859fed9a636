# rvalcontains(value, item, [ignore case]): whether a list (;) has this value.
# Example: tawk 'rvalcontains($srcMac, "02:00:00:00:01:01")' x_flows.txt
function rvalcontains(value, item, ignore) {
    return valcontains(value, ";", item, ignore)
}
