# dether([list]): rows with one of these hardware addresses as destination; without a list those of the row.
# Example: tawk 'dether("02:00:00:00:01:02;ff:ff:ff:ff:ff:ff")' x_flows.txt
function dether(list) {
    return list == "" ? $dstMac : _inmacs($dstMac, list)
}
