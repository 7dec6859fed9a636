# rvalcontainsi(value, item): whether a list (;) has this value, whatever the case of its letters.
# Example: tawk 'rvalcontainsi($srcMac, "02:00:00:00:01:01")' x_flows.txt
function rvalcontainsi(value, item) {
    return valcontains(value, ";", item, 1)
}
