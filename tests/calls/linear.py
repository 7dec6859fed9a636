#!/usr/bin/env python3
"""Attacks on sipDecode, h323Decode, rtpDecode and voipCalls: twice as many packets may take about twice the instructions, and little memory.

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


# Messages of H.323 in which 0x11 stands for the call, 0x3344 for a number, 192.0.2.33:0x5566 for a place.
SETUP = bytes.fromhex(
    "00b8060008914a000501400000610200014000006200c00002215566002222222222222222222222222222222200d90d8000001100111111111111111111111111111111110100010001000100")
CONNECT = bytes.fromhex("02c0060008914a000500c000022155660200222222222222222222222222222222221f0c0011001111111111111111111111111111111101000100")
ADMISSION = bytes.fromhex("2680334300400065003102400200620065006e0080550240020061006e006e0080444005000007"
                          "222222222222222222222222222222220960200001801100111111111111111111111111111111110100")
CAPABILITIES = bytes.fromhex("0200030600088175000d")
OPEN = bytes.fromhex("030033430c2013800a04000100c00002215566")
ACCEPT = bytes.fromhex("22c03343068009180000c00002215566")
END = bytes.fromhex("4a40")
# An audio capability with a parameter in a parameter, and so on: what is in front of it, and a level.
NESTED, LEVEL = bytes.fromhex("030001000a0080852000070008817100000101"), bytes.fromhex("001701")


def filled(message, at):
    """A message about another call, number and place."""
    place = bytes([10, at >> 16 & 255, at >> 8 & 255, at & 255])
    message = message.replace(b"\x11" * 16, struct.pack("!QQ", 1, at + 1)).replace(b"\x33\x43", struct.pack("!H", at % 60000 + 1))
    return message.replace(bytes([192, 0, 2, 33]), place).replace(b"\x22" * 16, struct.pack("!QQ", 2, at + 1))


def tpkt(message):
    return struct.pack("!BBH", 3, 0, 4 + len(message)) + message


def signalling(kind, at, body):
    return tpkt(struct.pack("!BBHBBHB", 8, 2, at % 32767 + 1, kind, 0x7E, len(body) + 1, 5) + body)


def stream(port, messages):
    yield from attacks.start(port)
    at = 1
    for message in messages:
        yield attacks.frame(at, message, port=port)
        at += len(message)


def h323_half_open(n, rng, payload):
    """Calls that are begun and never go on."""
    yield from stream(1720, (signalling(5, at, filled(SETUP, at)) for at in range(n)))


def h323_announced(n, rng, payload):
    """Each message announces another place for H.245."""
    yield from stream(1720, (signalling(7, at, filled(CONNECT, at)) for at in range(n)))


def h323_admissions(n, rng, payload):
    """A gatekeeper is asked for calls that nobody makes."""
    for at in range(n):
        yield datagram(filled(ADMISSION, at), (1719, 1719))


def h323_channels(n, rng, payload):
    """Channels that are opened and accepted, each at another place."""
    def messages():
        yield tpkt(CAPABILITIES)
        for at in range(n):
            yield tpkt(filled((OPEN, ACCEPT)[at % 2], at))
    yield from stream(3000, messages())


def h323_lengths(n, rng, payload):
    """Packets of 65,535 bytes in pieces, and lists that promise 16,383 entries."""
    def messages():
        yield tpkt(CAPABILITIES)
        for at in range(n):
            yield struct.pack("!BBH", 3, 0, 65535) if at % 200 == 0 else b"\x02\x70\x03\x06" + CAPABILITIES[4:] + b"\xbf\xff" * 100
    yield from stream(3000, messages())


def h323_deep(n, rng, payload):
    """Parameters in parameters, 400 levels in a message."""
    yield from stream(3000, [tpkt(CAPABILITIES)] + [tpkt(NESTED + LEVEL * 400)] * (n // 4))


def h323_many(n, rng, payload):
    """240 messages in each segment."""
    yield from stream(3000, [tpkt(CAPABILITIES)] + [tpkt(END) * 240] * (n // 64))


def reused_port(n, rng, payload):
    """One pair of ports with a connection after the other, half of them reset."""
    for at in range(n):
        flags, sequence = ((2, at * 7), (0x10, at * 7 - 6), (0x11, at * 7 - 13), (4, at * 7 - 20))[at % 4]
        yield attacks.frame(sequence & 0xFFFFFFFF, b"x" * (at % 4 == 1), flags=flags)


if __name__ == "__main__":
    of_sessions = ["sessions.SESSION_TYPES=tcp,sip,h323,rtp,udp", "sessions.SESSION_EVENTS=1"]
    of_h323 = [h323_half_open, h323_announced, h323_admissions, h323_channels, h323_lengths, h323_deep, h323_many]
    all_attacks = [half_open, same_place, nonsense, jumps, sources, reports, endless_head, one_byte, reused_port] + of_h323
    for attack in all_attacks:
        attack.toggles = getattr(attack, "toggles", []) + of_sessions
    attacks.main(all_attacks, "sipDecode,h323Decode,rtpDecode,voipCalls,sessions", "calls linear")
