# proto2str([number]): name of a protocol of layer 4; the number where there is none here. Without a number that of the row.
# Example: tawk 'aggr(proto2str())' x_flows.txt
function proto2str(number,   list, part, i) {
    if (!_t_protocolsread) {
        _t_protocolsread = 1
        list = "1 ICMP 2 IGMP 4 IPv4 6 TCP 8 EGP 17 UDP 27 RDP 33 DCCP 41 IPv6 46 RSVP 47 GRE 50 ESP 51 AH 58 ICMPv6 88 EIGRP 89 OSPF 94 IPIP 97 ETHERIP 103 PIM 108 IPComp 112 VRRP 115 L2TP 124 ISIS 132 SCTP 136 UDPLite 137 MPLS"
        split(list, part, " ")
        for (i = 1; i in part; i += 2) _t_protocols[part[i] + 0] = part[i + 1]
    }
    if (number == "") number = $l4Proto
    return (number + 0) in _t_protocols ? _t_protocols[number + 0] : number
}
