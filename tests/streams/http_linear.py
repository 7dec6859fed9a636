#!/usr/bin/env python3
"""Attacks on httpSniffer: twice as many packets may take about twice the instructions, and little memory.

    http_linear.py --flowz PROGRAM [--captures TEXT]

See linear.py.
"""
import struct
import zlib

import linear
from linear import frame, start

GET = b"GET /%d HTTP/1.1\r\nHost: a\r\n\r\n"


def said(texts, back=False):
    """One text after the other, nothing of the other side."""
    yield from start()
    at = 1
    for text in texts:
        yield frame(at, text, back=back)
        at += len(text)


def endless_line(n, rng, payload):
    """A first line that never ends, in one-byte segments."""
    yield from said([b"GET /"] + [b"a"] * n)


def endless_head(n, rng, payload):
    """Fields without end."""
    yield from said([b"HTTP/1.1 200 OK\r\n"] + [b"Name-%d: value\r\n" % at for at in range(n)], True)


def unanswered(n, rng, payload):
    """Requests that nobody answers."""
    yield from said(GET % at for at in range(n))


def unasked(n, rng, payload):
    """Responses that nobody asked for."""
    yield from said((b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx" for _ in range(n)), True)


def chunks(n, rng, payload):
    """Chunks of one byte with extensions, in pieces."""
    yield from said([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"] + [b"1;a=b\r\nx\r\n"[at % 10:][:7] for at in range(0, 7 * n, 7)], True)


def multiparts(n, rng, payload):
    """Multiparts in multiparts."""
    part = b"--%d\r\nContent-Type: multipart/mixed; boundary=%d\r\n\r\n"
    head = b"HTTP/1.1 200 OK\r\nContent-Type: multipart/mixed; boundary=0\r\nContent-Length: 999999999\r\n\r\n"
    yield from said([head] + [part % (at, at + 1) for at in range(n)], True)


def form(n, rng, payload):
    """A form of many small parts, each with a file."""
    part = b"--x\r\nContent-Disposition: form-data; name=%d; filename=f%d\r\n\r\n%d\r\n"
    head = b"POST / HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 999999999\r\n\r\n"
    yield from said([head] + [part % (at, at, at) for at in range(n)])


def almost_boundaries(n, rng, payload):
    """What looks like a boundary, in one-byte segments."""
    boundary = b"y" * 69
    head = b"POST / HTTP/1.1\r\nContent-Type: multipart/mixed; boundary=" + boundary + b"z\r\nContent-Length: 999999999\r\n\r\n--" + boundary + b"z\r\n\r\n"
    text = b"\r\n--" + boundary
    yield from said([head] + [text[at % len(text):][:1] for at in range(n)])


def bomb(n, rng, payload):
    """A body of zeros, a thousand times smaller when sent."""
    coder = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = b""
    # Each packet is a thousand others.
    n //= 100
    while len(packed) < 1000 * n:
        packed += coder.compress(bytes(1 << 20))
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Type: multipart/mixed; boundary=x\r\nContent-Length: 999999999\r\n\r\n"
    yield from said([head] + [packed[at:at + 1000] for at in range(0, 1000 * n, 1000)], True)


def holes(n, rng, payload):
    """A hole behind each request, acknowledged; something like a message behind it."""
    yield from start()
    at = 1
    for number in range(n // 2):
        text = b"GET /%d HTTP/1.1\r\nGET GET HTTP/1. HTTP/1.1 20" % number
        yield frame(at, text)
        at += len(text) + 9
        yield frame(1, b"", 0x10, at, True)


def frames(n, rng, payload):
    """Streams of HTTP/2 that are opened and never ended, each with a field that names another one of the table."""
    opened = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0"
    block = b"\x82\x84\x86\x41\x01a"
    heads = (struct.pack(">I", len(block))[1:] + b"\1\4" + struct.pack(">I", 2 * at + 1) + block for at in range(n))
    yield from said([opened, *heads])


bomb.toggles = ["httpSniffer.HTTP_PARTS=1", "httpSniffer.HTTP_HASH=1"]

ATTACKS = [endless_line, endless_head, unanswered, unasked, chunks, multiparts, form, almost_boundaries, bomb, holes, frames]

if __name__ == "__main__":
    linear.main(ATTACKS, "httpSniffer", "http_linear")
