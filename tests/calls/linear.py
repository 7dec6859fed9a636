#!/usr/bin/env python3
"""Attacks on sipDecode, rtpDecode and voipCalls: twice as many packets may take about twice the instructions, and little memory.

    linear.py --flowz PROGRAM [--captures TEXT] [FOLDER]

See tests/streams/linear.py.
"""
import importlib.util
import os
import struct

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "streams", "linear.py")
SPEC = importlib.util.spec_from_file_location("attacks", PATH)
attacks = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(attacks)

INVITE = b"INVITE sip:b@b SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z%d\r\nFrom: <sip:a@a>;tag=1\r\nTo: <sip:b@b>\r\nCall-ID: %d@a\r\nCSeq: 1 INVITE\r\n"
SDP = b"v=0\r\nc=IN IP4 192.0.2.%d\r\nm=audio %d RTP/AVP 0\r\n"


def datagram(payload, ports=(5060, 5060), back=False):
    """Ethernet, IPv4, UDP; checksums are of no concern."""
    ends = (bytes([192, 0, 2, 1]), bytes([192, 0, 2, 2]))
    if back:
        ends, ports = ends[::-1], ports[::-1]
    udp = struct.pack("!HHHH", *ports, 8 + len(payload), 0)
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 28 + len(payload), 0, 0, 64, 17, 0, *ends)
    return bytes(12) + b"\x08\x00" + head + udp + payload


def rtp(number, ssrc=1, kind=0):
    return struct.pack("!BBHII", 0x80, kind, number & 0xFFFF, number * 160 & 0xFFFFFFFF, ssrc) + bytes(20)


def half_open(n, rng, payload):
    """Dialogs that are begun, each with media of its own, and never go on."""
    for at in range(n):
        body = SDP % (at % 256, 1024 + at % 60000)
        yield datagram(INVITE % (at, at) + b"Content-Type: application/sdp\r\n\r\n" + body)


def same_place(n, rng, payload):
    """Dialogs that all want their media at one place, and media for it in flows of their own."""
    body = SDP % (2, 4000)
    for at in range(n):
        yield datagram(INVITE % (at, at) + b"Content-Type: application/sdp\r\n\r\n" + body)
        if at % 4 == 0:
            yield datagram(rtp(at), (1024 + at % 60000, 4000))


def nonsense(n, rng, payload):
    """Descriptions with more of everything than is kept, in one dialog."""
    lines = b"".join(b"m=audio %d RTP/AVP %s\r\na=rtpmap:%d x/1\r\na=crypto:1 s inline:AAAA\r\n" % (at + 1, b"1 " * 20, at) for at in range(10))
    for at in range(n // 4):
        yield datagram(INVITE % (at, 1) + b"\r\nv=0\r\n" + lines)


def jumps(n, rng, payload):
    """Sequence numbers anywhere."""
    for at in range(n):
        yield datagram(rtp(rng.randrange(1 << 16)), (4000, 5000))


def sources(n, rng, payload):
    """Each pair of packets is of another source."""
    for at in range(n):
        yield datagram(rtp(at, at // 2), (4000, 5000))


def reports(n, rng, payload):
    """RTCP with reports of sources that nobody has seen."""
    for at in range(n):
        block = struct.pack("!IIIIII", at, 0, 0, 0, at, at)
        yield datagram(struct.pack("!BBHI", 0x80 | 8, 201, 1 + 48, at) + block * 8, (4001, 5001))


def endless_head(n, rng, payload):
    """A head without end over TCP, in pieces."""
    yield from attacks.start(5060)
    first, at = INVITE % (1, 1), 1
    for number in range(n):
        text = first if number == 0 else b"Name-%d: value\r\n" % number
        yield attacks.frame(at, text, port=5060)
        at += len(text)


def one_byte(n, rng, payload):
    """Messages over TCP in segments of one byte."""
    yield from attacks.start(5060)
    text = INVITE % (1, 1) + b"Content-Length: 100\r\n\r\n" + b"v=0\r\n" * 20
    for at in range(n):
        yield attacks.frame(1 + at, text[at % len(text):][:1], port=5060)


if __name__ == "__main__":
    attacks.main([half_open, same_place, nonsense, jumps, sources, reports, endless_head, one_byte], "sipDecode,rtpDecode,voipCalls", "calls linear")
