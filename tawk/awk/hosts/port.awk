# port([list]): rows with one of these ports as source or destination; without a list both ports.
# Numbers and ranges, separated by ;.
# Example: tawk 'port("80;443;1000-1024")' x_flows.txt
function port(list) {
    return list == "" ? $srcPort OFS $dstPort : _inlist($dstPort, list) || _inlist($srcPort, list)
}
