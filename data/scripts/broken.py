#!/usr/bin/env python3
"""Makes the files of broken/: captures that are damaged, or only unusual;
always the same bytes.

Usage: broken.py [OUTPUT FOLDER]
"""

import struct
import zlib

from capture_file import (ETHERNET, SECOND, START, header, pcap, record, save,
                          snapped)
from frames import ACK, SYN, conversation, tcp, udp

CLIENT, SERVER = ("10.1.0.10", 40000), ("10.1.0.2", 80)
CLIENT6, SERVER6 = ("2001:db8:1::10", 40000), ("2001:db8:1::2", 80)
RAW_IP = 101


def timed(frames, step=SECOND // 10):
    return [(START + number * step, frame)
            for number, frame in enumerate(frames)]


def talk():
    return timed(conversation(CLIENT, SERVER, [b"hello", b"world"]))


def lying():
    """A record in the middle claims to be almost 2 GiB long."""
    packets = talk()
    return (pcap(packets[:5]) + record(packets[5], captured=0x7FFFFFFF)
            + b"".join(map(record, packets[6:])))


def snapped_frames():
    """81 packets of 94 bytes and more, cut to 0, 1, ... 80 bytes."""
    long = b"x" * 60
    kinds = [udp(CLIENT, SERVER, long),
             tcp(CLIENT, SERVER, ACK, 1, 1, long),
             udp(CLIENT6, SERVER6, long),
             tcp(CLIENT6, SERVER6, SYN, 1, 0, long)]
    frames = [kinds[size % len(kinds)] for size in range(81)]
    return [snapped(packet, size)
            for size, packet in enumerate(timed(frames))]


def block(kind, body):
    body += bytes(-len(body) % 4)
    size = struct.pack("<I", 12 + len(body))
    return struct.pack("<I", kind) + size + body + size


def interface(link, *options):
    return block(1, struct.pack("<HHI", link, 0, 65535) + b"".join(options))


def option(code, value):
    padded = value + bytes(-len(value) % 4)
    return struct.pack("<HH", code, len(value)) + padded


def enhanced(number, ticks, data):
    high, low = ticks >> 32, ticks & 0xFFFFFFFF
    return block(6, struct.pack("<IIIII", number, high, low, len(data),
                                len(data)) + data)


def two_links():
    """Ethernet in microseconds and raw IP in nanoseconds, in turns."""
    end = option(0, b"")
    blocks = [
        block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)),
        interface(ETHERNET, option(2, b"eth0"), end),
        interface(RAW_IP, option(2, b"tun0"), option(9, b"\x09"), end)]
    for number, (time, frame) in enumerate(talk()):
        if number % 2:
            blocks.append(enhanced(1, time, frame[14:]))
        else:
            blocks.append(enhanced(0, time // 1000, frame))
    return b"".join(blocks)


def gzipped(content):
    """Like gzip.compress, but with nothing of the machine in its header."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packer.compress(content) + packer.flush()
    end = struct.pack("<II", zlib.crc32(content), len(content))
    return b"\x1f\x8b\x08\0\0\0\0\0\x02\xff" + body + end


def varied():
    """Packets that do not compress too well, so that half of them are left."""
    return timed([udp(CLIENT, (SERVER[0], 5000 + number),
                      bytes(number * k * k % 251 for k in range(60)))
                  for number in range(40)])


def cut_gzip():
    whole = gzipped(pcap(varied()))
    return whole[:len(whole) // 2]


FILES = {
    "cut.pcap": lambda: pcap(talk())[:-17],
    "lying.pcap": lying,
    "empty.pcap": header,
    "zero.pcap": lambda: b"",
    "text.pcap": lambda: b"This is a text, and not a capture.\n" * 10,
    "bigendian-nano.pcap": lambda: pcap(talk(), ">", nano=True),
    "two-links.pcapng": two_links,
    "cut.pcap.gz": cut_gzip,
    "snap.pcap": lambda: pcap(snapped_frames(), snap=80),
}

if __name__ == "__main__":
    for name, content in FILES.items():
        save(f"broken/{name}", content())
