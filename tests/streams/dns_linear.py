#!/usr/bin/env python3
"""Attacks on dnsDecode: the instructions for twice as many packets are about twice as many, and memory is bounded.

    dns_linear.py --flowz PROGRAM [FOLDER]

As linear.py.
"""
import struct

import linear

CLIENT, SERVER, GROUP = (bytes(address) for address in ([192, 0, 2, 1], [192, 0, 2, 2], [224, 0, 0, 251]))


def ipv4(proto, source, destination, layer4):
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(layer4), 0, 0, 64, proto, 0, source, destination)
    return bytes(12) + b"\x08\x00" + head + layer4


def tcp(seq, payload, flags=0x10, ack=1, back=False, port=40000):
    ports = (53, port) if back else (port, 53)
    head = struct.pack("!HHIIBBHHH", *ports, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, 0x50, flags, 65535, 0, 0)
    ends = (SERVER, CLIENT) if back else (CLIENT, SERVER)
    return ipv4(6, *ends, head + payload)


def udp(payload, ports=(40000, 53), ends=(CLIENT, SERVER)):
    return ipv4(17, *ends, struct.pack("!HHHH", *ports, 8 + len(payload), 0) + payload)


def name(text):
    return b"".join(bytes([len(label)]) + label for label in text.split(b".")) + b"\0"


def query(number, kind=1, text=b"www.example.org"):
    return struct.pack("!6H", number & 0xFFFF, 0x0100, 1, 0, 0, 0) + name(text) + struct.pack("!HH", kind, 1)


def response(number, records, kind=1, text=b"www.example.org"):
    head = struct.pack("!6H", number & 0xFFFF, 0x8400, 1, len(records), 0, 0)
    return head + name(text) + struct.pack("!HH", kind, 1) + b"".join(records)


def framed(message):
    return struct.pack("!H", len(message)) + message


ADDRESS = b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 60, 4) + bytes([192, 0, 2, 9])


def start():
    yield tcp(0, b"", 2)
    yield tcp(0, b"", 0x12, 1, True)


def one_byte(n, rng, payload):
    """Queries and their responses in segments of one byte."""
    yield from start()
    asked = b"".join(framed(query(number)) for number in range(n // 60 + 1))
    answered = b"".join(framed(response(number, [ADDRESS])) for number in range(n // 60 + 1))
    for at in range(n // 2):
        yield tcp(1 + at, asked[at:at + 1], ack=1 + at)
        yield tcp(1 + at, answered[at:at + 1], ack=1 + at, back=True)


def endless(n, rng, payload):
    """Messages of 65,535 bytes that never end: each is followed by a hole over its end."""
    yield from start()
    at = 1
    for turn in range(n // 500):
        yield tcp(at, b"\xff\xff" + response(turn, [ADDRESS] * 20))
        at += 400
        for _ in range(498):
            yield tcp(at, b"\0" * 100)
            at += 100
        yield tcp(1, b"", 0x10, at + 70_000, True)
        at += 70_000


def candidates(n, rng, payload):
    """What looks like the beginning of a message, again and again, behind a gap; none is followed by another one."""
    yield from start()
    piece = b"\0\x80" + query(7)
    yield tcp(101, piece)
    for at in range(n):
        yield tcp(101 + (at + 1) * len(piece), piece)
        if at % 16 == 0:
            yield tcp(1, b"", 0x10, 101 + at * len(piece), True)


def names(n, rng, payload):
    """Messages whose names are chains of pointers."""
    pointers = b"\0" + b"".join(struct.pack("!H", 0xC000 | max(12, 11 + 2 * at)) for at in range(120))
    records = struct.pack("!HHIH", 2, 1, 60, 2)
    for at in range(n // 10):
        head = struct.pack("!6H", at & 0xFFFF, 0x8400, 0, 80, 0, 0)
        owners = [struct.pack("!H", 0xC000 | 251) + records + struct.pack("!H", 0xC000 | 251) for _ in range(80)]
        yield udp(head + pointers + b"".join(owners), (53, 40000), (SERVER, CLIENT))


def unanswered(n, rng, payload):
    """Queries of one flow that nobody answers."""
    for at in range(n):
        yield udp(query(at))


def unanswered_tcp(n, rng, payload):
    """Queries in a stream that nobody answers."""
    yield from start()
    message = framed(query(0))
    for at in range(n):
        yield tcp(1 + at * len(message), framed(query(at)))


def flows(n, rng, payload):
    """Queries that nobody answers, each of a flow of its own."""
    for at in range(n):
        yield udp(query(at, text=b"a%d.example.org" % at), (1024 + at % 60000, 53), (bytes([192, 0, 2 + at // 60000, 1]), SERVER))


def unasked(n, rng, payload):
    """Responses to nothing."""
    for at in range(n):
        yield udp(response(at, [ADDRESS] * 30), (53, 40000), (SERVER, CLIENT))


def multicast(n, rng, payload):
    """Queries to the group of multicast DNS, and responses to none of them with many records."""
    for at in range(n // 2):
        host = bytes([192, 0, 2, at % 200])
        yield udp(query(0, text=b"%d.local" % (at // 2)), (5353, 5353), (host, GROUP))
        yield udp(response(0, [ADDRESS] * 80, text=b"x%d.local" % at), (5353, 5353), (SERVER, GROUP))


def transfer(n, rng, payload):
    """A zone transfer without end."""
    yield from start()
    yield tcp(1, framed(query(7, 252)))
    message = framed(response(7, [ADDRESS] * 20, 252))
    for at in range(n):
        yield tcp(1 + at * len(message), message, back=True)


ATTACKS = [one_byte, endless, candidates, names, unanswered, unanswered_tcp, flows, unasked, multicast, transfer]

if __name__ == "__main__":
    # Enough to tell, for each packet has a message.
    linear.PACKETS = 2000
    linear.main(ATTACKS, "dnsDecode", "dns_linear")
