# hdr(): true on the header line. A program that uses it sees this line as a row, and nothing is printed by itself.
# Example: tawk 'hdr() || $dstPort == 53 { print $srcIP, $dstIP }' x_flows.txt
function hdr() {
    return _t_header == NR
}
