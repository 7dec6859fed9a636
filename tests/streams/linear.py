#!/usr/bin/env python3
"""Attacks on TCP streams: the instructions for twice as many packets are about twice as many.

    linear.py --flowz PROGRAM [FOLDER]

Counts with valgrind; without it nothing is said of time. Memory is looked at in any case. Exit status 1 if an attack succeeds.
"""
import argparse
import os
import random
import re
import resource
import shutil
import struct
import subprocess
import sys
import tempfile

PACKETS = 6000
# Twice the packets may take so many times the instructions, what a run costs without packets left out.
MOST = 2.3
MOST_MEMORY = 300 << 20


def frame(seq, payload, flags=0x10, ack=1, back=False, port=80):
    """Ethernet, IPv4, TCP; checksums are of no concern."""
    ends = (bytes([192, 0, 2, 1]), bytes([192, 0, 2, 2]))
    ports = (40000, port)
    if back:
        ends, ports = ends[::-1], ports[::-1]
    tcp = struct.pack("!HHIIBBHHH", *ports, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, 0x50, flags, 65535, 0, 0)
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 40 + len(payload), 0, 0, 64, 6, 0, *ends)
    return bytes(12) + b"\x08\x00" + head + tcp + payload


def start(port=80):
    yield frame(0, b"", 2, port=port)
    yield frame(0, b"", 0x12, 1, True, port)


def one_byte(n, rng, payload):
    """One-byte segments of something that never is a message."""
    yield from start()
    for at in range(n):
        yield frame(1 + at, payload[at % len(payload):][:1])


def holes(n, rng, payload):
    """Every other byte is missing, and nothing is acknowledged."""
    yield from start()
    for at in range(n):
        yield frame(2 + 2 * at, b"x")


def acknowledged(n, rng, payload):
    """Every other byte is missing, and the peer has all."""
    yield from start()
    for at in range(n // 2):
        yield frame(2 + 2 * at, b"x")
        yield frame(1, b"", 0x10, 3 + 2 * at, True)


def rain(n, rng, payload):
    """Segments anywhere in a window, one over the other."""
    yield from start()
    for at in range(n):
        yield frame(rng.randrange(2, 1 << 18), rng.randbytes(rng.randrange(1, 200)))


def jumps(n, rng, payload):
    """Sequence numbers and acknowledgements anywhere."""
    yield from start()
    for at in range(n):
        yield frame(rng.randrange(1 << 32), b"abcdefgh", 0x10, rng.randrange(1 << 32), at % 3 == 0)


def reuse(n, rng, payload):
    """Each SYN begins another connection."""
    for at in range(n // 2):
        yield frame(at * 1000, b"", 2)
        yield frame(at * 1000 + 5, b"behind a hole")


def starts(n, rng, payload):
    """What looks like the first bytes of messages, again and again, behind a gap."""
    yield from start()
    yield frame(100, b"x")
    for at in range(n):
        yield frame(101 + 8 * at, b"GET GET ", ack=1)
        if at % 16 == 0:
            yield frame(1, b"", 0x10, 101 + 8 * at, True)


ATTACKS = [one_byte, holes, acknowledged, rain, jumps, reuse, starts]


def capture(path, attack, n):
    """Writes an attack of about so many packets."""
    rng = random.Random(7)
    payload = b"GET / HTTP/1.1\r\n" + b"a" * 100_000
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for at, data in enumerate(attack(n, rng, payload)):
            file.write(struct.pack("<IIII", 1700000000 + at // 1000, at % 1000 * 1000, len(data), len(data)) + data)


def command(flowz, path, folder, plugins, toggles):
    # The plain loop: other threads wait, and waiting is counted too.
    return [flowz, "-r", path, "-w", os.path.join(folder, "x"), "-q", "--no-config", "--threads", "1", "--plugins", plugins] + [word for toggle in toggles for word in ("-o", toggle)]


def instructions(words, folder):
    valgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=" + os.path.join(folder, "out")]
    run = subprocess.run(valgrind + words, capture_output=True, text=True, check=True)
    return int(re.search(r"Collected : (\d+)", run.stderr).group(1))


def memory(words):
    """Largest resident set of a run, in bytes."""
    child = os.fork()
    if child == 0:
        os.execv(words[0], words)
    _, status, usage = os.wait4(child, 0)
    return usage.ru_maxrss * 1024 if status == 0 else 1 << 62


def main(attacks, plugins, name):
    parser = argparse.ArgumentParser(description="Attacks: twice as many packets take about twice the instructions.")
    parser.add_argument("--flowz", required=True)
    parser.add_argument("--captures", default="", help="only attacks with this text in their names")
    parser.add_argument("--plugins", default=plugins)
    parser.add_argument("folder", nargs="?")
    args = parser.parse_args()
    counts, wrong = shutil.which("valgrind"), 0
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "attack.pcap")
        for attack in [attack for attack in attacks if args.captures in attack.__name__]:
            words = command(args.flowz, path, folder, args.plugins, getattr(attack, "toggles", []))
            ratio = 0.0
            if counts:
                taken = []
                for n in (0, PACKETS, 2 * PACKETS):
                    capture(path, attack, n)
                    taken.append(instructions(words, folder))
                ratio = (taken[2] - taken[0]) / (taken[1] - taken[0])
            capture(path, attack, 20 * PACKETS)
            size = memory(words)
            bad = ratio > MOST or size > MOST_MEMORY
            wrong += bad
            print("%s: %-12s %.2f times the instructions, %d MiB of %d packets%s" % (name, attack.__name__, ratio, size >> 20, 20 * PACKETS, "  TOO MUCH" if bad else ""))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main(ATTACKS, "tcpStream", "linear")
