#!/usr/bin/env python3
"""Makes call.pcap: a telephone call with what goes wrong on the way, always
the same bytes.

Usage: call.py [OUTPUT FOLDER]

SIP over UDP; half a second of PCMU from the caller, with a packet that is
lost, one that comes twice, two that change places, and the digit 5; as much
G.722 from the callee, who is silent in the middle.
"""

import struct

from capture_file import SECOND, START, pcap, save
from frames import udp

CALLER, CALLEE = ("10.1.0.20", 5060), ("10.1.0.21", 5060)
MEDIA = {CALLER: 4000, CALLEE: 6000}
MS = SECOND // 1000
FIRST, LAST = 65530, 25  # numbers wrap; packets of each side
SENT = {CALLER: 0x1A2B3C4D, CALLEE: 0x5D6E7F80}


def message(first, number, method, at=None):
    """A message of the call, with a description of the media at a place."""
    body = ""
    if at:
        body = ("v=0\r\no=- 1 1 IN IP4 {0}\r\ns=-\r\nc=IN IP4 {0}\r\nt=0 0\r\n"
                "m=audio {1} RTP/AVP {2} 101\r\n"
                "a=rtpmap:101 telephone-event/8000\r\n")
        body = body.format(at[0], MEDIA[at], "0 9" if at == CALLER else "9 0")
    kind = "Content-Type: application/sdp\r\n" if body else ""
    return (first + "\r\nVia: SIP/2.0/UDP 10.1.0.20;branch=z9hG4bK%d%s\r\n"
            "From: <sip:ann@a.example>;tag=1\r\nTo: <sip:ben@b.example>;tag=2\r\n"
            "Call-ID: call@a.example\r\nCSeq: %d %s\r\n%sContent-Length: %d\r\n\r\n%s"
            % (number, method, number, method, kind, len(body), body)).encode()


def signalling():
    invite = message("INVITE sip:ben@b.example SIP/2.0", 1, "INVITE", CALLER)
    answer = message("SIP/2.0 200 OK", 1, "INVITE", CALLEE)
    yield 0, CALLER, CALLEE, invite
    yield 10, CALLEE, CALLER, message("SIP/2.0 180 Ringing", 1, "INVITE")
    yield 400, CALLEE, CALLER, answer
    yield 410, CALLER, CALLEE, message("ACK sip:ben@b.example SIP/2.0", 1, "ACK")
    yield 1000, CALLER, CALLEE, message("BYE sip:ben@b.example SIP/2.0", 2, "BYE")
    yield 1010, CALLEE, CALLER, message("SIP/2.0 200 OK", 2, "BYE")


def rtp(side, count, kind, payload, tick):
    return struct.pack(">BBHII", 0x80, kind, (FIRST + count) & 0xFFFF, tick,
                       SENT[side]) + payload


def media(side, other, kind, absent):
    """Packets of 20 ms, each with octets of its own."""
    place, target = (side[0], MEDIA[side]), (other[0], MEDIA[other])
    count = 0
    for slot in range(LAST):
        if slot in absent:
            continue
        payload = bytes((7 * slot + n * n) % 256 for n in range(160))
        yield (420 + 20 * slot, place, target,
               rtp(side, count, kind, payload, 160 * slot))
        count += 1


def spoilt(packets):
    """The third is lost, the fifth comes twice, the ninth and tenth change
    places."""
    packets = list(packets)
    packets[8], packets[9] = (packets[8][:1] + packets[9][1:],
                              packets[9][:1] + packets[8][1:])
    time, *rest = packets[4]
    return packets[:2] + packets[3:5] + [(time + 1, *rest)] + packets[5:]


def digit():
    """The digit 5 as three packets behind the sound, with one timestamp."""
    place, target = (CALLER[0], MEDIA[CALLER]), (CALLEE[0], MEDIA[CALLEE])
    for n, (flags, lasts) in enumerate([(10, 160), (10, 320), (138, 480)]):
        yield (920 + 20 * n, place, target,
               rtp(CALLER, LAST + n, 101, struct.pack(">BBH", 5, flags, lasts),
                   160 * LAST))


def main():
    caller = spoilt(media(CALLER, CALLEE, 0, ()))
    callee = media(CALLEE, CALLER, 9, range(8, 16))
    packets = sorted([*signalling(), *caller, *callee, *digit()],
                     key=lambda packet: packet[0])
    save("call.pcap", pcap([(START + time * MS, udp(place, target, payload))
                            for time, place, target, payload in packets]))


main()
