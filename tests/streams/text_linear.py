#!/usr/bin/env python3
"""Attacks on plugins that read lines and commands: twice as many packets may take about twice the instructions, and little memory.

    text_linear.py --flowz PROGRAM [--captures TEXT]

See linear.py.
"""
import linear
from linear import frame, start


def text(port, lines, back=False, size=1):
    """Endless text on a port, a few bytes in each packet."""
    def attack(n, rng, payload):
        yield from start(port)
        all_bytes = lines * (n * size // len(lines) + 1)
        for at in range(n):
            yield frame(1 + at * size, all_bytes[at * size:][:size], ack=1, back=back, port=port)
    return attack


def named(name, attack):
    attack.__name__ = name
    return attack


def ports(n, rng, payload):
    """A data connection is announced in each packet, and another flow begins."""
    yield from start(21)
    seq = 1
    for at in range(n // 2):
        command = b"PORT 192,0,2,9,%d,%d\r\n" % (rng.randrange(1, 256), rng.randrange(256))
        yield frame(seq, command, port=21)
        seq += len(command)
        yield frame(0, b"", 2, port=1000 + at % 60000)


ATTACKS = [
    named("ftp_line", text(21, b"a")),
    named("ftp_bytes", text(21, b"USER x\r\nLIST\r\n")),
    named("ftp_reply", text(21, b"230-all\r\n", True, 9)),
    ports,
    named("ftp_passive", text(21, b"227 (192,0,2,2,9,9)\r\n229 (|||77|)\r\n", True, 37)),
    named("tel_options", text(23, b"\xff\xfb\x01\xff\xfa\x18\xff\xf0", size=8)),
    named("tel_line", text(23, b"a")),
    named("irc_line", text(6667, b"a")),
    named("irc_bytes", text(6667, b":x 001 y\r\nJOIN #a,#b\r\n")),
]

if __name__ == "__main__":
    linear.main(ATTACKS, "ftpDecode,telnetDecode,ircDecode", "text_linear")
