# shark(filter): rows that a display filter of Wireshark selects; the filter is a text in quotes. Fields that have a column are known: ip.addr, tcp.port, tcp.flags.syn, eth.type, frame.len and so on, with ==, !=, <, >, contains, matches, in {..}, and, or, not.
# Example: tawk 'shark("ip.addr == 10.1.0.0/16 and tcp.port in {80, 443}")' x_flows.txt
function shark(filter) {
    _fail("shark() needs its filter as one text in quotes")
}
