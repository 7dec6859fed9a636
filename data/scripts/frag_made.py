#!/usr/bin/env python3
"""Adds unusual fragments to a capture of real ones; used by frag.sh.

Usage: frag_made.py CAPTURE OUTPUT SNAPLEN
"""

import sys

from capture_file import SECOND, load, need_scapy, pcap, snapped

need_scapy()

from scapy.layers.inet import ICMP, IP, TCP, UDP  # noqa: E402
from scapy.layers.inet6 import (  # noqa: E402
    IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrFragment)
from scapy.layers.l2 import Ether  # noqa: E402
from scapy.packet import Raw  # noqa: E402

ETHER = Ether(src="02:00:00:00:01:03", dst="02:00:00:00:01:02")
SENDER, TARGET = "10.1.0.66", "10.1.0.2"
SENDER6, TARGET6 = "2001:db8:1::66", "2001:db8:1::2"
DATA = bytes(range(256)) * 2
UDP_PART = UDP(sport=6600, dport=6601) / Raw(DATA[:392])
SEGMENT = bytes(IP(src=SENDER, dst=TARGET) / UDP_PART)[20:]  # 400 bytes
SEGMENT6 = bytes(IPv6(src=SENDER6, dst=TARGET6) / UDP_PART)[40:]
STEP = SECOND // 100


def part(ident, start, data, more=True, protocol=17, flags=0):
    """One IPv4 fragment: `start` bytes into the packet."""
    return ETHER / IP(src=SENDER, dst=TARGET, id=ident, frag=start // 8,
                      flags=flags | more, proto=protocol) / Raw(data)


def part6(ident, start, data, more=True, kind=17):
    return ETHER / IPv6(src=SENDER6, dst=TARGET6) / IPv6ExtHdrFragment(
        id=ident, offset=start // 8, m=int(more), nh=kind) / Raw(data)


def three(make, ident, data=SEGMENT):
    """A datagram in three parts."""
    return [make(ident, 0, data[:160]), make(ident, 160, data[160:320]),
            make(ident, 320, data[320:], more=False)]


def order():
    first, second, third = three(part, 0x0101)
    return [third, first, second,           # out of order
            *reversed(three(part, 0x0102)),  # backwards
            *three(part, 0x0103), three(part, 0x0103)[1]]  # one twice


def missing():
    return [*three(part, 0x0201)[1:],   # no first fragment
            *three(part, 0x0202)[::2],  # no middle
            *three(part, 0x0203)[:2]]   # no last


def overlaps():
    return [part(0x0301, 0, SEGMENT[:160]),  # the end comes twice, changed
            part(0x0301, 80, DATA[:160]),
            part(0x0301, 240, SEGMENT[240:], more=False),
            part(0x0302, 0, SEGMENT[:160]),  # teardrop: within the first
            part(0x0302, 24, DATA[:4], more=False),
            part(0x0303, 0, SEGMENT[:160]),  # a second first fragment
            part(0x0303, 0, DATA[:160]),
            part(0x0303, 160, SEGMENT[160:], more=False)]


def tiny():
    segment = bytes(IP(src=SENDER, dst=TARGET)
                    / TCP(sport=6600, dport=80, flags="S", seq=1))[20:]
    pieces = [part(0x0402, n, SEGMENT[n:n + 8]) for n in range(0, 40, 8)]
    return [part(0x0401, 0, segment[:8], protocol=6),  # without TCP flags
            part(0x0401, 8, segment[8:], more=False, protocol=6),
            *pieces, part(0x0402, 40, SEGMENT[40:], more=False),
            part(0x0403, 0, SEGMENT[:4]),    # too short for the ports
            part(0x0403, 8, SEGMENT[8:], more=False)]


def odd():
    return [part(0x0501, 0, SEGMENT[:157]),  # not a multiple of 8
            part(0x0502, 65528, bytes(ICMP()) * 20, more=False, protocol=1),
            part(0x0503, 160, SEGMENT[160:], flags=2),  # "don't fragment"
            *three(part, 0x0504)[:1],  # one id, two protocols
            part(0x0504, 160, SEGMENT[160:], more=False, protocol=6),
            part(0x0505, 160, b"")]


def ipv6():
    first, second, third = three(part6, 0x0601, SEGMENT6)
    hidden = bytes(IPv6ExtHdrDestOpt(nh=17))
    return [third, first, second,                       # out of order
            *three(part6, 0x0602, SEGMENT6)[1:],        # no first fragment
            part6(0x0603, 0, SEGMENT6[:160]),           # overlapping
            part6(0x0603, 80, SEGMENT6[80:], more=False),
            part6(0x0604, 0, SEGMENT6, more=False),     # atomic
            part6(0x0605, 0, hidden, kind=60),          # header in the second
            part6(0x0605, 8, SEGMENT6, more=False, kind=60)]


def made(start):
    groups = [order(), missing(), overlaps(), tiny(), odd(), ipv6()]
    frames = [bytes(frame) for group in groups for frame in group]
    return [(start + number * STEP, frame)
            for number, frame in enumerate(frames, 1)]


def main(source, target, snap):
    real, _ = load(source)
    added = [snapped(packet, snap) for packet in made(real[-1][0])]
    with open(target, "wb") as file:
        file.write(pcap(real + added, snap=snap))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
