# mac([list]): rows with one of these hardware addresses as source or destination; without a list those of the row.
# Example: tawk 'mac("02:00:00:00:01:02")' x_flows.txt
function mac(list) {
    return list == "" ? $srcMac OFS $dstMac : _inmacs($srcMac, list) || _inmacs($dstMac, list)
}
