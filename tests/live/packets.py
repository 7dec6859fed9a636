"""Packets of captures: those that flowz and tcpdump write."""
import collections
import struct

# Where the kernel stamps a packet for each socket of its own, so many nanoseconds may lie between.
NEAR = 20_000_000

Packet = collections.namedtuple("Packet", "data length time interface")


def of_pcap(path):
    """Packets of a capture with nanoseconds."""
    with open(path, "rb") as file:
        content = file.read()
    if struct.unpack_from("<I", content)[0] != 0xA1B23C4D:
        raise ValueError(f"{path} is no capture with nanoseconds of this machine")
    found, at = [], 24
    while at < len(content):
        seconds, nanos, length, wire = struct.unpack_from("<IIII", content, at)
        found.append(Packet(content[at + 16:at + 16 + length], wire, seconds * 10**9 + nanos, 0))
        at += 16 + length
    return found


def of_pcapng(path):
    """Packets of a capture; all interfaces have nanoseconds."""
    with open(path, "rb") as file:
        content = file.read()
    found, at = [], 0
    while at < len(content):
        kind, size = struct.unpack_from("<II", content, at)
        if kind == 6:
            interface, high, low, length, wire = struct.unpack_from("<IIIII", content, at + 8)
            found.append(Packet(content[at + 28:at + 28 + length], wire, high << 32 | low, interface))
        at += size
    return found


def same(check, what, ours, theirs):
    """Both have the same packets. Two processors may hand out packets in another order; times are near."""
    check.values += len(ours)
    # Of all interfaces at once: two bytes behind an address of six are whatever lay there before.
    known = lambda packet: packet.data[:12] + packet.data[14:] if what == "any" else packet.data
    have = collections.Counter((known(packet), packet.length) for packet in ours)
    want = collections.Counter((known(packet), packet.length) for packet in theirs)
    for who, more in (("flowz", have - want), ("tcpdump", want - have)):
        if more:
            check.wrong.append(f"{what}: {sum(more.values())} packets of {len(ours)} has {who} only, as {sorted(more)[0][0][:80].hex()}")
    if have != want:
        return
    key = lambda packet: (known(packet), packet.length, packet.time)
    pairs = zip(sorted(ours, key=key), sorted(theirs, key=key))
    far = max((abs(a.time - b.time) for a, b in pairs), default=0)
    check.true(f"{what}: times differ by {far} ns", far < NEAR)
