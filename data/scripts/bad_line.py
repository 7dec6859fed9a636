#!/usr/bin/env python3
"""Passes frames between two interfaces like a slow and bad line.

Used by loss.sh. Every frame takes 15 ms and its time at 10 Mbit/s. Large TCP
segments are counted for each sender's address and port, and by their number
some are lost, late or doubled.

Usage: bad_line.py INTERFACE INTERFACE
"""

import heapq
import itertools
import select
import socket
import sys
import time

DELAY = 0.015
RATE = 10_000_000 / 8
LATE = 0.012
LOST = {20, 40, 41, 75, 110, 150, 152, 154}
DELAYED = {30, 31, 60, 95, 130}
DOUBLED = {65, 135}
OUTAGES = (175,)
OUTAGE = 0.5

OUTGOING = 4  # PACKET_OUTGOING of linux/if_packet.h
LARGE = 1000


class Line:
    """One direction: decides when, and how often, a frame arrives."""

    def __init__(self, out):
        self.out = out
        self.free_at = 0.0
        self.seen = {}
        self.dark_until = {}

    def arrivals(self, frame, now):
        self.free_at = max(self.free_at, now) + len(frame) / RATE
        due = self.free_at + DELAY
        sender = large_tcp_sender(frame)
        if sender is None:
            return [due]
        number = self.seen[sender] = self.seen.get(sender, 0) + 1
        if number in OUTAGES:
            self.dark_until[sender] = now + OUTAGE
        if number in LOST or now < self.dark_until.get(sender, 0):
            return []
        if number in DELAYED:
            return [due + LATE]
        return [due, due] if number in DOUBLED else [due]


def large_tcp_sender(frame):
    """Address and port of the sender of a large TCP segment, else None."""
    if frame[12:14] != b"\x08\x00" or frame[23] != 6 or len(frame) < LARGE:
        return None
    ports = 14 + (frame[14] & 15) * 4
    return frame[26:30] + frame[ports:ports + 2]


def open_port(name):
    port = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    port.bind((name, 0))
    return port


def run(left, right):
    lines = {left: Line(right), right: Line(left)}
    order = itertools.count()
    waiting = []
    while True:
        pause = max(0, waiting[0][0] - time.monotonic()) if waiting else None
        for port in select.select(list(lines), [], [], pause)[0]:
            frame, origin = port.recvfrom(65536)
            if origin[2] == OUTGOING:
                continue
            line = lines[port]
            for due in line.arrivals(frame, time.monotonic()):
                heapq.heappush(waiting, (due, next(order), line.out, frame))
        while waiting and waiting[0][0] <= time.monotonic():
            _, _, out, frame = heapq.heappop(waiting)
            out.send(frame)


if __name__ == "__main__":
    run(open_port(sys.argv[1]), open_port(sys.argv[2]))
