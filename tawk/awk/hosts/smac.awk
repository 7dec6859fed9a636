# smac([list]): rows with one of these hardware addresses as source; without a list those of the row.
# Example: tawk 'smac("02:00:00:00:01:02;ff:ff:ff:ff:ff:ff")' x_flows.txt
function smac(list) {
    return list == "" ? $srcMac : _inmacs($srcMac, list)
}
