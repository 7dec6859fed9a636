"""The time of the first packet of a capture: pcap and pcapng, plain or compressed by gzip."""
import gzip
import struct

# Bytes of a file that are looked at: a pcapng file may have long comments and secrets in front of its first packet.
MOST = 1 << 20
SECOND = 1_000_000_000
# First bytes of pcap files with microseconds and with nanoseconds, in both orders of bytes: (order, nanoseconds of a unit).
PCAP = {
    b"\xa1\xb2\xc3\xd4": (">", 1000),
    b"\xd4\xc3\xb2\xa1": ("<", 1000),
    b"\xa1\xb2\x3c\x4d": (">", 1),
    b"\x4d\x3c\xb2\xa1": ("<", 1),
}
# Blocks and options of pcapng (draft-ietf-opsawg-pcapng, sections 4.1 to 4.3 and 4.2).
SECTION, INTERFACE, ENHANCED = 0x0A0D0D0A, 1, 6
RESOLUTION, OFFSET = 9, 14


def first_time(path):
    """Nanoseconds since 1970 of the first packet; None if there is none, or none that can be read here."""
    try:
        with open(path, "rb") as file:
            data = file.read(MOST)
        if data.startswith(b"\x1f\x8b"):
            with gzip.open(path) as file:
                data = file.read(MOST)
    except (OSError, EOFError):
        return None
    try:
        if data[:4] in PCAP:
            return _pcap(data)
        return _pcapng(data) if data.startswith(b"\x0a\x0d\x0d\x0a") else None
    except (struct.error, KeyError):
        return None


def _pcap(data):
    """A header of 24 bytes, then that of the first packet."""
    order, unit = PCAP[data[:4]]
    seconds, parts = struct.unpack_from(order + "II", data, 24)
    return seconds * SECOND + parts * unit


def _pcapng(data):
    """Interfaces of the first section up to its first enhanced packet block."""
    order = "<" if data[8:12] == b"\x4d\x3c\x2b\x1a" else ">"
    interfaces, at = [], 0
    while True:
        kind, length = struct.unpack_from(order + "II", data, at)
        if kind == INTERFACE:
            interfaces.append(_clock(data[at + 16 : at + length - 4], order))
        elif kind == ENHANCED:
            number, high, low = struct.unpack_from(order + "III", data, at + 8)
            if number >= len(interfaces):
                return None
            parts, offset = interfaces[number]
            return (high << 32 | low) * SECOND // parts + offset * SECOND
        if length < 12:
            return None
        at += length


def _clock(options, order):
    """Units of a second, and the offset in seconds."""
    parts, offset, at = 1_000_000, 0, 0
    while at + 4 <= len(options):
        code, length = struct.unpack_from(order + "HH", options, at)
        if code == RESOLUTION:
            exponent = options[at + 4]
            parts = 1 << (exponent & 0x7F) if exponent & 0x80 else 10**exponent
        elif code == OFFSET:
            (offset,) = struct.unpack_from(order + "q", options, at + 4)
        elif code == 0:
            break
        at += 4 + (length + 3) // 4 * 4
    return parts, offset
