# packet([list]): rows of the packets with these numbers, in a packet file; without a list the number.
# Example: tawk 'packet("1;10-12")' x_packets.txt
function packet(list) {
    return list == "" ? $pktNo : _inlist($pktNo, list)
}
