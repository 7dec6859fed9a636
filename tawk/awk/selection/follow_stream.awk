# follow_stream(flow, [format], [direction], [column]): payload of a flow, from a packet file in the order of the packets, TCP segments that come again left out.
# Format 0: bytes as they are; 1: a line for each packet with number and direction; 2: the same in JSON; 3: digits in hexadecimal.
# Direction A or B; both without. The bytes are those of the column l7HexContent (flowz -s -o core.SPKTMD_PCNTH=1), else of l7Content, in which what is not text is a point.
# Prints: its own lines.
# Example: tawk 'follow_stream(8)' x_packets.txt
# Example: tawk 'follow_stream(8, 1, "B")' x_packets.txt
function follow_stream(flow, format, direction, column,   way, bytes, hexadecimal) {
    if ($flowInd != flow) return 0
    if (column == "") column = _place("l7HexContent") ? "l7HexContent" : "l7Content"
    way = bitsanyset($flowStat, 1) ? "B" : "A"
    direction = direction == "0" ? "A" : direction == "1" ? "B" : direction
    bytes = $(_column(column))
    if (bytes == "" || (direction != "" && toupper(direction) != way)) return 0
    # Another column of numbers tells segments that came before.
    if ($l4Proto == 6 && _place("seq") && _t_seen[way, $(_place("seq")), length(bytes)]++) return 0
    hexadecimal = column ~ /[hH]ex/
    if (format + 0 == 3) printf "%s", hexadecimal ? _digits(bytes) : _tohex(_unescape(bytes))
    else if (format + 0 == 0) printf "%s", hexadecimal ? _bytes(bytes) : _unescape(bytes)
    else if (format + 0 == 1) print $pktNo, way, hexadecimal ? _digits(bytes) : bytes
    else printf "{\"pktNo\":%s,\"dir\":\"%s\",\"%s\":\"%s\"}\n", $pktNo, way, hexadecimal ? "hex" : "text", hexadecimal ? _digits(bytes) : json(_unescape(bytes))
    return 0
}
