#!/usr/bin/env python3
"""Makes rare.pcap: protocols, options and defects that are seldom seen, one
packet or a few for each; always the same bytes.

Usage: rare.py [OUTPUT FOLDER]
       rare.py --list           (prints what each packet is)
"""

import itertools
import struct
import sys

from capture_file import SECOND, START, need_scapy, pcap, save
from frames import checksum

need_scapy()

from scapy.layers.inet import ICMP, IP, TCP, UDP, IPOption  # noqa: E402
from scapy.layers.inet6 import (  # noqa: E402
    ICMPv6EchoRequest, ICMPv6ND_NS, ICMPv6ND_RA, ICMPv6PacketTooBig, IPv6,
    IPv6ExtHdrDestOpt, IPv6ExtHdrFragment, IPv6ExtHdrHopByHop,
    IPv6ExtHdrRouting, PadN, RouterAlert)
from scapy.layers.l2 import (  # noqa: E402
    ARP, LLC, SNAP, STP, Dot3, Ether)
from scapy.layers.sctp import (  # noqa: E402
    SCTP, SCTPChunkAbort, SCTPChunkCookieAck, SCTPChunkCookieEcho,
    SCTPChunkData, SCTPChunkInit, SCTPChunkInitAck, SCTPChunkSACK,
    SCTPChunkShutdown)
from scapy.packet import Padding, Raw  # noqa: E402

STEP = SECOND // 10
MAC_A, MAC_B = "02:00:00:00:01:01", "02:00:00:00:01:02"
IP_A, IP_B = "10.1.0.10", "10.1.0.2"
IP6_A, IP6_B = "2001:db8:1::10", "2001:db8:1::2"
ALL = "ff:ff:ff:ff:ff:ff"
NOBODY = "00:00:00:00:00:00"
PORTS = itertools.count(4000)  # one source port, so one flow, per packet


def ether(kind=None, target=MAC_B):
    if kind is None:
        return Ether(src=MAC_A, dst=target)
    return Ether(src=MAC_A, dst=target, type=kind)


def ip4(**fields):
    """An IPv4 packet in its frame."""
    return ether(0x0800) / IP(**{"src": IP_A, "dst": IP_B, **fields})


def ip6(**fields):
    return ether(0x86DD) / IPv6(**{"src": IP6_A, "dst": IP6_B, **fields})


def udp(text=b"hello", **fields):
    return UDP(**{"sport": next(PORTS), "dport": 9000, **fields}) / Raw(text)


def tcp(flags="S", **fields):
    return TCP(**{"sport": next(PORTS), "dport": 80, "seq": 1,
                  "flags": flags, **fields})


def inner():
    """An IP packet for inside of others."""
    return IP(src="10.9.0.1", dst="10.9.0.2") / udp(b"inside")


def tag(value, kind):
    """A VLAN tag, and the EtherType of what follows."""
    return Raw(struct.pack(">HH", value, kind))


def put(value, data, place):
    """Puts a checksum into the data."""
    return data[:place] + struct.pack(">H", value) + data[place + 2:]


def tags():
    packet = IP(src=IP_A, dst=IP_B) / udp(b"tagged")
    packet6 = IPv6(src=IP6_A, dst=IP6_B) / udp(b"tagged")
    request = ARP(hwsrc=MAC_A, psrc=IP_A, hwdst=NOBODY, pdst=IP_B)
    return [
        ("VLAN 10", ether(0x8100) / tag(10, 0x0800) / packet),
        ("VLAN 10, IPv6", ether(0x8100) / tag(10, 0x86DD) / packet6),
        ("VLAN 10, ARP", ether(0x8100, ALL) / tag(10, 0x0806) / request),
        ("VLAN 4095", ether(0x8100) / tag(4095, 0x0800) / packet),
        ("priority tag: VLAN 0, PCP 5",
         ether(0x8100) / tag(5 << 13, 0x0800) / packet),
        ("VLAN 10, PCP 7, DEI",
         ether(0x8100) / tag(7 << 13 | 1 << 12 | 10, 0x0800) / packet),
        ("QinQ 802.1ad, VLAN 100 and 10",
         ether(0x88A8) / tag(100, 0x8100) / tag(10, 0x0800) / packet),
        ("QinQ 802.1Q twice, VLAN 100 and 10",
         ether(0x8100) / tag(100, 0x8100) / tag(10, 0x0800) / packet),
        ("QinQ with 0x9100, VLAN 100 and 10",
         ether(0x9100) / tag(100, 0x8100) / tag(10, 0x0800) / packet),
        ("three tags, VLAN 1, 2, 3", ether(0x8100) / tag(1, 0x8100)
         / tag(2, 0x8100) / tag(3, 0x0800) / packet),
        ("a tag and nothing more", ether(0x8100) / Raw(b"\0\x0a")),
        ("MPLS, two labels", ether(0x8847) / Raw(struct.pack(
            ">II", 16 << 12 | 64, 17 << 12 | 1 << 8 | 64)) / packet),
        ("PPPoE session", ether(0x8864) / Raw(struct.pack(
            ">BBHHH", 0x11, 0, 1, 2 + len(packet), 0x0021)) / packet),
    ]


def lldp():
    def item(kind, value):
        return struct.pack(">H", kind << 9 | len(value)) + value
    return Raw(item(1, b"\x04\x02\0\0\0\x01\x01") + item(2, b"\x05eth0")
               + item(3, b"\0\x78") + item(5, b"switch") + item(0, b""))


def cdp():
    body = b"\x02\xb4\0\0" + struct.pack(">HH", 1, 10) + b"switch"
    return Raw(put(checksum(body), body, 2))


def links():
    def dot3(target):
        return Dot3(src=MAC_A, dst=target)
    return [
        ("STP in LLC", dot3("01:80:c2:00:00:00") / LLC(dsap=66, ssap=66, ctrl=3)
         / STP(rootmac=MAC_A, bridgemac=MAC_A) / Raw(bytes(8))),
        ("LLDP", ether(0x88CC, "01:80:c2:00:00:0e") / lldp()),
        ("CDP in SNAP", dot3("01:00:0c:cc:cc:cc")
         / LLC(dsap=0xAA, ssap=0xAA, ctrl=3)
         / SNAP(OUI=0x00000C, code=0x2000) / cdp()),
        ("IPv4 in SNAP", dot3(MAC_B) / LLC(dsap=0xAA, ssap=0xAA, ctrl=3)
         / SNAP(OUI=0, code=0x0800) / IP(src=IP_A, dst=IP_B) / udp()),
        ("raw 802.3 (IPX)", dot3(ALL) / Raw(b"\xff\xff" + bytes(40))),
        ("EtherType loopback", ether(0x9000) / Raw(bytes(46))),
        ("EtherType for experiments", ether(0x88B5) / Raw(b"experiment")),
        ("Ethernet header only", ether(0x0800)),
        ("half an Ethernet header", Raw(bytes(ether(0x0800))[:7])),
    ]


def arp(op, target=ALL, kind=0x0806, **fields):
    known = {"hwsrc": MAC_A, "psrc": IP_A, "hwdst": NOBODY, "pdst": IP_B}
    return ether(kind, target) / ARP(op=op, **{**known, **fields})


def arps():
    reply = Ether(src=MAC_B, dst=MAC_A, type=0x0806) / ARP(
        op=2, hwsrc=MAC_B, psrc=IP_B, hwdst=MAC_A, pdst=IP_A)
    return [
        ("ARP request", arp(1)),
        ("ARP reply", reply),
        ("ARP reply again, with another MAC", arp(2, MAC_A, psrc=IP_B)),
        ("ARP gratuitous request", arp(1, pdst=IP_A)),
        ("ARP gratuitous reply", arp(2, pdst=IP_A, hwdst=ALL)),
        ("ARP probe", arp(1, psrc="0.0.0.0")),
        ("ARP request with padding", arp(1) / Raw(bytes(18))),
        ("ARP cut short", Raw(bytes(arp(1))[:30])),
        ("RARP request", arp(3, kind=0x8035, psrc="0.0.0.0", hwdst=MAC_A,
                             pdst="0.0.0.0")),
        ("RARP reply", arp(4, MAC_A, 0x8035, hwdst=MAC_A)),
    ]


def sctp():
    def up(tag_value, chunk):
        return ip4() / SCTP(sport=5000, dport=5001, tag=tag_value) / chunk

    def down(tag_value, chunk):
        return Ether(src=MAC_B, dst=MAC_A, type=0x0800) \
            / IP(src=IP_B, dst=IP_A) \
            / SCTP(sport=5001, dport=5000, tag=tag_value) / chunk

    sizes = {"a_rwnd": 65536, "n_out_streams": 2, "n_in_streams": 2}
    return [
        ("SCTP INIT", up(0, SCTPChunkInit(init_tag=11, init_tsn=1, **sizes))),
        ("SCTP INIT ACK", down(11, SCTPChunkInitAck(
            init_tag=22, init_tsn=1, **sizes))),
        ("SCTP COOKIE ECHO", up(22, SCTPChunkCookieEcho(cookie=b"cook"))),
        ("SCTP COOKIE ACK", down(11, SCTPChunkCookieAck())),
        ("SCTP DATA", up(22, SCTPChunkData(
            beginning=1, ending=1, tsn=1, stream_id=0, stream_seq=0,
            proto_id=0, data=b"data"))),
        ("SCTP SACK", down(11, SCTPChunkSACK(
            cumul_tsn_ack=1, a_rwnd=65536, n_gap_ack=0, n_dup_tsn=0))),
        ("SCTP SHUTDOWN", up(22, SCTPChunkShutdown(cumul_tsn_ack=0))),
        ("SCTP ABORT", down(11, SCTPChunkAbort())),
    ]


def igmp(kind, group, target=None, rest=b"", code=0):
    def body(value):
        return struct.pack(">BBH4s", kind, code, value, group) + rest
    frame = ip4(dst=target or "224.1.2.3", proto=2, ttl=1,
                options=[IPOption(b"\x94\x04\0\0")])
    return frame / Raw(body(checksum(body(0))))


def igmps():
    group = bytes([224, 1, 2, 3])
    join = struct.pack(">BBH4s", 4, 0, 0, group)
    return [
        ("IGMP query", igmp(0x11, bytes(4), "224.0.0.1", code=100)),
        ("IGMPv1 report", igmp(0x12, group)),
        ("IGMPv2 report", igmp(0x16, group)),
        ("IGMPv2 leave", igmp(0x17, group, "224.0.0.2")),
        ("IGMPv3 report", igmp(0x22, b"\0\0\0\x01", "224.0.0.22", join)),
    ]


def ip_options():
    def frame(content):
        payload = bytes(IP(src=IP_A, dst=IP_B) / udp())[20:]
        size = 20 + len(content) + len(payload)
        head = IP(src=IP_A, dst=IP_B, ihl=5 + len(content) // 4, len=size,
                  proto=17, chksum=0)
        head = bytes(head) + content
        return ether(0x0800) / Raw(put(checksum(head), head, 10) + payload)
    return [
        ("IP option record route", frame(b"\x07\x0b\x08\x0a\1\0\1" + bytes(5))),
        ("IP option timestamp", frame(b"\x44\x0c\x09\0\0\0\x0a\1" + bytes(4))),
        ("IP option loose source route", frame(b"\x83\x07\x08\x0a\1\0\3\0")),
        ("IP option strict source route", frame(b"\x89\x07\x08\x0a\1\0\3\0")),
        ("IP option security", frame(b"\x82\x0b" + bytes(9) + b"\0")),
        ("IP option router alert", frame(b"\x94\x04\0\0")),
        ("IP options NOP and end", frame(b"\1\1\1\0")),
        ("IP option of length 0", frame(b"\x07\0\x04\0")),
        ("IP option longer than the header", frame(b"\x07\x28\x04\0")),
    ]


def ipv6_headers():
    hop = IPv6ExtHdrHopByHop(options=[RouterAlert(value=0), PadN(optdata=b"")])
    destination = IPv6ExtHdrDestOpt(options=[PadN(optdata=bytes(4))])
    routing = IPv6ExtHdrRouting(type=0, segleft=1, addresses=["2001:db8:1::3"])
    home = IPv6ExtHdrRouting(type=2, segleft=1, addresses=["2001:db8:1::3"])
    return [
        ("IPv6 hop-by-hop options", ip6() / hop / udp()),
        ("IPv6 destination options", ip6() / destination / udp()),
        ("IPv6 routing header type 0", ip6() / routing / udp()),
        ("IPv6 routing header type 2", ip6() / home / udp()),
        ("IPv6 all three headers", ip6() / hop / routing / destination / udp()),
        ("IPv6 atomic fragment",
         ip6() / IPv6ExtHdrFragment(id=1) / udp()),
        ("IPv6 no next header", ip6(nh=59) / Raw(b"nothing")),
        ("IPv6 hop-by-hop header cut short", ip6(nh=0, plen=4)
         / Raw(b"\x11\0\1\4")),
        ("IPv6 flow label and traffic class",
         ip6(fl=0xABCDE, tc=0xB8) / udp()),
    ]


def checksums():
    return [
        ("UDP without checksum", ip4() / udp(chksum=0)),
        ("UDP without checksum, IPv6", ip6() / udp(chksum=0)),
        ("UDP with a wrong checksum", ip4() / udp(chksum=0x1234)),
        ("UDP with a wrong checksum, IPv6", ip6() / udp(chksum=0x1234)),
        ("TCP with a wrong checksum", ip4() / tcp(chksum=0x1234)),
        ("ICMP with a wrong checksum", ip4() / ICMP(chksum=0x1234)),
        ("IP header with a wrong checksum", ip4(chksum=0x1234) / udp()),
    ]


def scans():
    names = [("null", ""), ("Xmas", "FPU"), ("SYN-FIN", "SF"), ("FIN", "F"),
             ("SYN", "S"), ("ACK", "A"), ("Maimon", "FA"), ("all", "FSRPAUEC"),
             ("SYN-RST", "SR")]
    made = [(f"TCP {name} scan", ip4() / tcp(flags, dport=1000 + number))
            for number, (name, flags) in enumerate(names)]
    return made + [
        ("TCP urgent pointer", ip4() / tcp("PAU", urgptr=3) / Raw(b"urgent")),
        ("TCP SYN with ECE and CWR, IP ECN 1", ip4(tos=1) / tcp("SEC")),
        ("TCP with IP congestion mark", ip4(tos=3) / tcp("A")),
        ("TCP SYN with data", ip4() / tcp() / Raw(b"early")),
        ("land attack", ip4(dst=IP_A) / tcp(sport=80)),
        ("port 0 to port 0", ip4() / udp(sport=0, dport=0)),
    ]


def bad_headers():
    wrong = Raw(b"\x4f" + bytes(IP(src=IP_A, dst=IP_B) / udp())[1:])
    return [
        ("IP header length 4", ip4(ihl=4) / udp()),
        ("IP header length 15, longer than the frame", ether(0x0800) / wrong),
        ("EtherType IPv4, version 6", ip4(version=6) / udp()),
        ("EtherType IPv6, version 4", ip6(version=4) / udp()),
        ("EtherType IPv4, version 5", ip4(version=5) / udp()),
        ("IP total length 0", ip4(len=0) / udp()),
        ("IP total length 10", ip4(len=10) / udp()),
        ("IP total length larger than the frame", ip4(len=1500) / udp()),
        ("IP total length smaller than the frame",
         ip4(len=30) / udp(b"hello, world")),
        ("IPv6 payload length 0", ip6(plen=0) / udp()),
        ("IPv6 payload length larger than the frame", ip6(plen=1000) / udp()),
        ("UDP length 4", ip4() / udp(len=4)),
        ("UDP length 0", ip4() / udp(len=0)),
        ("UDP length larger than the packet", ip4() / udp(len=500)),
        ("UDP header cut short", ip4(proto=17) / Raw(b"\x0f\xa0\x0f")),
        ("TCP data offset 4", ip4() / tcp(dataofs=4)),
        ("TCP data offset 15, longer than the frame",
         ip4() / tcp(dataofs=15)),
        ("TCP header cut short", ip4(proto=6) / Raw(bytes(10))),
        ("IP time to live 0", ip4(ttl=0) / udp()),
        ("IP reserved flag", ip4(flags=4) / udp()),
        ("IP source is broadcast", ip4(src="255.255.255.255") / udp()),
        ("IP source is 127.0.0.1", ip4(src="127.0.0.1") / udp()),
        ("IP 0.0.0.0 to broadcast (DHCP ports)", ether(0x0800, ALL)
         / IP(src="0.0.0.0", dst="255.255.255.255")
         / udp(sport=68, dport=67)),
    ]


def repeats():
    same = ip4(id=7) / udp(b"same", sport=3900)
    return [
        ("IP id 7", same),
        ("IP id 7, the same packet again", same),
        ("IP id 7, another packet", ip4(id=7) / udp(b"other", sport=3900)),
        ("IP id 6, going back", ip4(id=6) / udp(b"other", sport=3900)),
        ("IP id 65535", ip4(id=65535) / udp(b"last", sport=3900)),
        ("IP id 0, after 65535", ip4(id=0) / udp(b"first", sport=3900)),
    ]


def tcp_options():
    def frame(content, flags="S", **fields):
        content += bytes(-len(content) % 4)
        fields["dataofs"] = 5 + len(content) // 4
        head = bytes(tcp(flags, chksum=0, **fields)) + content
        return ip4(proto=6) / Raw(with_tcp_checksum(head))
    mss, permitted, scale = b"\2\4\5\xb4", b"\4\2", b"\3\3\7"
    times = b"\x08\x0a\0\0\0\1\0\0\0\2"
    return [
        ("TCP options MSS, SACK permitted, timestamps, window scale",
         frame(mss + permitted + times + b"\1" + scale)),
        ("TCP SACK, two blocks", frame(
            b"\1\1\x05\x12" + struct.pack(">IIII", 10, 20, 30, 40), "A")),
        ("MPTCP MP_CAPABLE", frame(b"\x1e\x0c\0\x81" + bytes(range(8)))),
        ("MPTCP MP_JOIN", frame(b"\x1e\x0c\x10\1" + bytes(range(8)))),
        ("MPTCP DSS", frame(b"\x1e\x08\x20\1\0\0\0\1", "A")),
        ("TCP Fast Open cookie", frame(b"\x22\x0a" + bytes(range(8)))),
        ("TCP MD5 signature", frame(b"\x13\x12" + bytes(range(16)))),
        ("TCP experimental option", frame(b"\xfd\x04\xf9\x89")),
        ("TCP window scale 15", frame(b"\3\3\x0f")),
        ("TCP MSS 1", frame(b"\2\4\0\1")),
        ("TCP option of length 0", frame(b"\2\0\5\xb4")),
        ("TCP option of length 1", frame(b"\2\1\5\xb4")),
        ("TCP option longer than the header", frame(b"\x08\x28\0\0")),
        ("TCP bytes after the end of options", frame(b"\0\2\4\5")),
    ]


def with_tcp_checksum(segment):
    """For IP_A to IP_B; the checksum in the segment is 0."""
    ends = bytes([10, 1, 0, 10, 10, 1, 0, 2])
    value = checksum(ends + struct.pack(">HH", 6, len(segment)) + segment)
    return put(value, segment, 16)


def icmps():
    quoted = IP(src=IP_A, dst="10.1.0.3") / udp()
    back = {"src": "10.1.0.1", "dst": IP_A}

    def error(kind, code, **fields):
        return ip4(**back) / ICMP(type=kind, code=code, **fields) / quoted
    return [
        ("ICMP echo request", ip4() / ICMP(type=8, id=9, seq=1) / Raw(b"ping")),
        ("ICMP echo reply", ip4(src=IP_B, dst=IP_A)
         / ICMP(type=0, id=9, seq=1) / Raw(b"ping")),
        ("ICMP port unreachable, quoting UDP", error(3, 3)),
        ("ICMP fragmentation needed", error(3, 4, nexthopmtu=1280)),
        ("ICMP source quench", error(4, 0)),
        ("ICMP redirect", error(5, 1, gw="10.1.0.4")),
        ("ICMP time exceeded", error(11, 0)),
        ("ICMP parameter problem", error(12, 0, ptr=1)),
        ("ICMP timestamp request",
         ip4() / ICMP(type=13, id=9, seq=1, ts_ori=1, ts_rx=0, ts_tx=0)),
        ("ICMP address mask request",
         ip4() / ICMP(type=17, id=9, seq=1, addr_mask="0.0.0.0")),
        ("ICMP of type 200", ip4(proto=1) / Raw(b"\xc8\0\x37\xff")),
        ("ICMP header cut short", ip4(proto=1) / Raw(b"\x08\0")),
        ("ICMPv6 echo request", ip6() / ICMPv6EchoRequest(id=9, seq=1)),
        ("ICMPv6 packet too big", ip6() / ICMPv6PacketTooBig(mtu=1280)
         / IPv6(src=IP6_B, dst=IP6_A) / udp()),
        ("ICMPv6 neighbor solicitation", ip6() / ICMPv6ND_NS(tgt=IP6_B)),
        ("ICMPv6 router advertisement",
         ip6(src="fe80::1", dst="ff02::1") / ICMPv6ND_RA()),
    ]


def lite(data, coverage):
    """A UDP-Lite segment whose checksum covers `coverage` bytes."""
    def segment(value):
        return struct.pack(">HHHH", 4300, 4301, coverage, value) + data
    ends = bytes([10, 1, 0, 10, 10, 1, 0, 2])
    size = 8 + len(data)
    head = ends + struct.pack(">HH", 136, size)
    return Raw(segment(checksum(head + segment(0)[:coverage or size])))


def protocols():
    ah = struct.pack(">BBHII12s", 17, 4, 0, 0x100, 1, bytes(12))
    payload = bytes(IP(src=IP_A, dst=IP_B) / udp())[20:]
    gre = struct.pack(">HH", 0, 0x0800)
    keyed = struct.pack(">HHI", 0x2000, 0x0800, 99)
    ospf = struct.pack(">BBH4s4sHHQ", 2, 1, 44, b"\1\1\1\1", bytes(4), 0, 0, 0)
    ospf += struct.pack(">IHBBI4s4s", 0xFFFFFF00, 10, 2, 1, 40, bytes(4),
                        bytes(4))
    return [
        ("UDP-Lite, all covered", ip4(proto=136) / lite(b"hello", 0)),
        ("UDP-Lite, header covered", ip4(proto=136) / lite(b"hello", 8)),
        ("GRE with IPv4", ip4(proto=47) / Raw(gre) / inner()),
        ("GRE with a key", ip4(proto=47) / Raw(keyed) / inner()),
        ("ESP", ip4(proto=50)
         / Raw(struct.pack(">II", 0x200, 1) + bytes(range(32)))),
        ("AH with UDP", ip4(proto=51) / Raw(ah + payload)),
        ("OSPF hello", ip4(dst="224.0.0.5", ttl=1, proto=89) / Raw(ospf)),
        ("IPv4 in IPv4", ip4(proto=4) / inner()),
        ("IPv6 in IPv4", ip4(proto=41) / IPv6(src=IP6_A, dst=IP6_B) / udp()),
        ("PIM", ip4(dst="224.0.0.13", ttl=1, proto=103)
         / Raw(b"\x20\0\xdf\xff")),
        ("VRRP", ip4(dst="224.0.0.18", ttl=255, proto=112)
         / Raw(bytes.fromhex("2101640100010000 0a010001 0000000000000000"))),
        ("IP protocol 255", ip4(proto=255) / Raw(b"reserved")),
        ("IP protocol 0", ip4(proto=0) / Raw(b"hop by hop")),
    ]


def paddings():
    return [
        ("TCP ACK padded to 60 bytes", ip4() / tcp("A") / Padding(bytes(6))),
        ("TCP ACK padded with other than zero",
         ip4() / tcp("A") / Padding(b"secret")),
        ("UDP with 4 bytes behind (like a frame check sequence)",
         ip4() / udp(bytes(30)) / Padding(b"\xde\xad\xbe\xef")),
        ("IPv6 UDP with padding", ip6() / udp() / Padding(bytes(8))),
    ]


def everything():
    groups = [tags, links, arps, sctp, igmps, ip_options, ipv6_headers,
              checksums, scans, bad_headers, repeats, tcp_options, icmps,
              protocols, paddings]
    return [named for group in groups for named in group()]


def main():
    named = everything()
    if sys.argv[1:] == ["--list"]:
        for number, (name, _) in enumerate(named, 1):
            print(f"{number:4}  {name}")
        return
    save("rare.pcap", pcap([(START + number * STEP, bytes(frame))
                            for number, (_, frame) in enumerate(named)]))


if __name__ == "__main__":
    main()
