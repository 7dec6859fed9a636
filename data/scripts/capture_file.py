"""Writes and reads capture files; shared by the scripts of this folder.

A packet is a tuple (nanoseconds since 1970, bytes) or, if it was longer on
the wire than what is kept, (nanoseconds, bytes, length on the wire).
"""

import os
import struct
import sys
import zlib

MICRO, NANO = 0xA1B2C3D4, 0xA1B23C4D
ETHERNET = 1
SECOND = 1_000_000_000
START = 1_700_000_000 * SECOND  # the time at which made captures start


def output(name):
    """Path of a file to make: below the first argument or the data folder."""
    here = os.path.dirname(os.path.abspath(__file__))
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(here)
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return path


def need_scapy():
    try:
        import scapy  # noqa: F401
    except ImportError:
        sys.exit("scapy is missing: apt-get install python3-scapy")


def header(order="<", nano=False, snap=65535, link=ETHERNET):
    magic = NANO if nano else MICRO
    return struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, snap, link)


def record(packet, order="<", nano=False, captured=None):
    """One packet; `captured` overrides the length that the record claims."""
    time, data, *wire = packet
    fraction = time % SECOND // (1 if nano else 1000)
    length = len(data) if captured is None else captured
    return struct.pack(order + "IIII", time // SECOND, fraction, length,
                       wire[0] if wire else len(data)) + data


def pcap(packets, order="<", nano=False, snap=65535):
    body = b"".join(record(packet, order, nano) for packet in packets)
    return header(order, nano, snap) + body


def snapped(packet, length):
    time, data = packet
    return time, data[:length], len(data)


def save(name, content):
    with open(output(name), "wb") as file:
        file.write(content)


def load(path):
    """The packets of a capture file, as far as it can be read, and its link
    types."""
    with open(path, "rb") as file:
        data = file.read()
    if data[:2] == b"\x1f\x8b":
        data = zlib.decompressobj(31).decompress(data)
    if data[:4] == b"\x0a\x0d\x0d\x0a":
        return load_pcapng(data)
    for order in "<>":
        if len(data) >= 24 and \
                struct.unpack(order + "I", data[:4])[0] in (MICRO, NANO):
            return load_pcap(data, order)
    return [], []


def load_pcap(data, order):
    magic, link = struct.unpack(order + "I16xI", data[:24])
    unit = 1 if magic == NANO else 1000
    packets, at = [], 24
    while at + 16 <= len(data):
        seconds, fraction, size, wire = \
            struct.unpack_from(order + "IIII", data, at)
        at += 16 + size
        if at > len(data):
            break
        time = seconds * SECOND + fraction * unit
        packets.append((time, data[at - size:at], wire))
    return packets, [link]


def load_pcapng(data):
    """Without times: the made tables do not need them."""
    packets, links, at = [], [], 0
    while at + 12 <= len(data):
        kind, size = struct.unpack_from("<II", data, at)
        body = data[at + 8:at + size - 4]
        if kind == 1:
            links.append(struct.unpack_from("<H", body)[0])
        elif kind == 6:
            kept, wire = struct.unpack_from("<II", body, 12)
            packets.append((0, body[20:20 + kept], wire))
        at += size
    return packets, links
