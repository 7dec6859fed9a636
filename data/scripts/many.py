#!/usr/bin/env python3
"""Makes many.pcap: 600 short flows of many hosts, always the same bytes.

Usage: many.py [OUTPUT FOLDER]
"""

import struct

from capture_file import SECOND, START, pcap, save
from frames import ACK, RST, SYN, conversation, tcp, udp

FLOWS = 600
STEP = SECOND // 20  # between the starts of two flows
GAP = 3_000_000      # between the packets of one flow


def hosts(number):
    """Some clients speak often, others seldom; the same for the servers."""
    client = f"10.1.{number % 7}.{1 + number * number % 97}"
    server = f"10.2.0.{1 + number % 11 * (number % 5)}"
    return client, server


def dns(number, answer=b""):
    """A question for the address of a host, or the answer to it."""
    flags, answers = (0x8180, 1) if answer else (0x0100, 0)
    head = struct.pack(">HHHHHH", number, flags, 1, answers, 0, 0)
    name = b"h%d" % number
    labels = [name, b"example", b"test", b""]
    question = b"".join(bytes([len(label)]) + label for label in labels)
    return head + question + struct.pack(">HH", 1, 1) + answer


def address(number):
    return struct.pack(">HHHIHBBBB", 0xC00C, 1, 1, 60, 4, 10, 2, 1,
                       number % 256)


def frames_of(number):
    client, server = hosts(number)
    source = client, 20000 + number
    kind = number % 6
    if kind < 2:  # a question and its answer
        target = server, 53
        return [udp(source, target, dns(number)),
                udp(target, source, dns(number, address(number)))]
    if kind == 2:  # a question without an answer
        return [udp(source, (server, 123), b"\x23" + bytes(47))]
    if kind < 5:  # a closed port
        target = server, 1 + number % 1000
        return [tcp(source, target, SYN, number),
                tcp(target, source, RST | ACK, 0, number + 1)]
    return conversation(source, (server, 8000), [b"d" * (1 + number % 30)])


def packets():
    made = [(START + number * STEP + place * GAP, frame)
            for number in range(FLOWS)
            for place, frame in enumerate(frames_of(number))]
    return sorted(made, key=lambda packet: packet[0])


if __name__ == "__main__":
    save("many.pcap", pcap(packets()))
