#!/usr/bin/env python3
"""Makes fragments.pcap: datagrams in fragments that come as they should not,
always the same bytes.

Usage: fragments.py [OUTPUT FOLDER]

Each datagram is UDP with a right checksum and a source port of its own, which
is its identification too; `--list` prints what each is.
"""

import struct
import sys

from capture_file import SECOND, START, pcap, save
from frames import UDP, checksum, udp

ETHER = 14
HEADER4, HEADER6 = 20, 40
FRAGMENT = 44
STEP = SECOND // 100
SIZE = 400  # of each datagram
V4, V6 = ("10.1.0.66", "10.1.0.2"), ("2001:db8:1::66", "2001:db8:1::2")
OTHER = bytes(200)


class Datagram:
    """A UDP datagram that can be taken to pieces."""

    def __init__(self, port, ends, data=None):
        body = bytes((port + n) % 251 for n in range(SIZE - 8))
        frame = udp((ends[0], port), (ends[1], 9000), data or body)
        self.port, self.six = port, ":" in ends[0]
        split = ETHER + (HEADER6 if self.six else HEADER4)
        self.ether, self.head = frame[:ETHER], frame[ETHER:split]
        self.body = frame[split:]

    def part(self, start, end=None, more=True, data=None, front=b"", kind=UDP):
        """The bytes from start to end, or others, as a frame."""
        data = front + (self.body[start:end] if data is None else data)
        make = self.part6 if self.six else self.part4
        return self.ether + make(start, more, kind, data)

    def part4(self, start, more, _, data):
        head = struct.pack(">BBHHHBBH", 0x45, 0, HEADER4 + len(data), self.port,
                           start // 8 | more << 13, 64, UDP, 0) + self.head[12:]
        return head[:10] + struct.pack(">H", checksum(head)) + head[12:] + data

    def part6(self, start, more, kind, data):
        head = struct.pack(">IHBB", 6 << 28, 8 + len(data), FRAGMENT, 64)
        return head + self.head[8:] + struct.pack(
            ">BBHI", kind, 0, start | more, self.port) + data

    def thirds(self):
        size = SIZE // 3 // 8 * 8
        return [self.part(0, size), self.part(size, 2 * size),
                self.part(2 * size, more=False)]


def cases(ends, port):
    """What each datagram is, and its frames."""
    def new():
        nonlocal port
        port += 1
        return Datagram(port, ends)

    first, middle, last = new().thirds()
    yield "in order", [first, middle, last]
    first, middle, last = new().thirds()
    yield "backwards", [last, middle, first]
    first, middle, last = new().thirds()
    yield "the last one first", [last, first, middle]
    first, middle, last = new().thirds()
    yield "one twice", [first, middle, middle, last]
    yield "without the first", new().thirds()[1:]
    yield "without the middle", new().thirds()[::2]
    yield "without the last", new().thirds()[:2]
    made = new()
    yield "overlapping with the same bytes", [
        made.part(0, 240), made.part(160, 320), made.part(280, more=False)]
    made = new()
    yield "overlapping with other bytes, behind", [
        made.part(0, 240), made.part(160, data=OTHER[:80]),
        made.part(240, more=False)]
    made = new()
    yield "overlapping with other bytes, in front", [
        made.part(80, 240), made.part(0, data=OTHER[:160]),
        made.part(240, more=False)]
    made = new()
    yield "the last one inside the first (teardrop)", [
        made.part(0, 160), made.part(24, 28, more=False)]
    made = new()
    yield "two ends", [made.part(0, 160), made.part(160, more=False),
                       made.part(160, 320, more=False)]
    made = new()
    yield "parts of eight bytes", [
        made.part(at, at + 8, more=at + 8 < SIZE) for at in range(0, SIZE, 8)]
    made = new()
    yield "beyond the largest datagram (ping of death)", [
        made.part(0, 160), made.part(65528, data=OTHER, more=False)]
    made = new()
    yield "not a multiple of eight", [made.part(0, 157),
                                      made.part(160, more=False)]
    made = new()
    yield "an empty one", [made.part(0, 160), made.part(160, 160),
                           made.part(160, more=False)]


def hidden(port):
    """Destination options in front of UDP, all in the second fragment but
    for their first eight bytes."""
    options = struct.pack(">BB", UDP, 1) + bytes([1, 12]) + bytes(12)
    made = Datagram(port, V6)
    return [made.part(0, 0, front=options[:8], kind=60),
            made.part(8, more=False, data=options[8:] + made.body, kind=60)]


def all_cases():
    yield from cases(V4, 4000)
    yield from cases(V6, 6000)
    yield "options in front of UDP", hidden(6100)


def packets():
    frames = [frame for _, group in all_cases() for frame in group]
    return [(START + number * STEP, frame)
            for number, frame in enumerate(frames)]


if __name__ == "__main__":
    if sys.argv[1:] == ["--list"]:
        number = 1
        for name, group in all_cases():
            print(f"{number:4} {name}")
            number += len(group)
    else:
        save("fragments.pcap", pcap(packets()))
