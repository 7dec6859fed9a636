#!/usr/bin/env python3
"""Writes what can be counted in the captures into README.md, between the
lines <!-- NAME --> and <!-- /NAME -->: the table of files, the segments of
loss.pcap and the connections of zerowin.pcap.

Usage: facts.py [DATA FOLDER]
"""

import glob
import hashlib
import os
import re
from collections import Counter, defaultdict

from capture_file import SECOND, load, need_scapy, output

need_scapy()

from scapy.layers.inet import IP, TCP  # noqa: E402
from scapy.layers.l2 import Ether  # noqa: E402

LINKS = {1: "Ethernet", 101: "raw IP"}
WHOLE = 1000  # from this payload on, a segment of loss.pcap is bulk data
TIMEOUT = 0.2 * SECOND  # the smallest retransmission timeout of Linux


def file_table():
    rows = ["| file | bytes | packets | link type | sha256 |",
            "|---|---:|---:|---|---|"]
    names = glob.glob(output("*.pcap*")) + glob.glob(output("broken/*"))
    for path in sorted(names, key=lambda name: ("broken/" in name, name)):
        packets, links = load(path)
        with open(path, "rb") as file:
            content = file.read()
        kinds = ", ".join(LINKS[link] for link in links) or "-"
        rows.append(f"| {os.path.relpath(path, output(''))} | {len(content)} "
                    f"| {len(packets)} | {kinds} "
                    f"| `{hashlib.sha256(content).hexdigest()}` |")
    return rows


def segments(name):
    """Number, time, IP and TCP layer of each TCP packet of a file."""
    packets, _ = load(output(name))
    for number, (time, data, _) in enumerate(packets, 1):
        frame = Ether(data)
        if TCP in frame:
            yield number, time - packets[0][0], frame[IP], frame[TCP]


def payload(ip, tcp):
    """The length on the wire, which the snap length does not change."""
    return ip.len - 4 * ip.ihl - 4 * tcp.dataofs


class Way:
    """One direction of a bulk transfer, and what went wrong in it."""

    def __init__(self):
        self.found = Counter()
        self.seen = set()
        self.top = None
        self.last_sent = None

    def data(self, time, start, end):
        """A segment of data: again, late, or in order."""
        self.found["data segments"] += 1
        if start in self.seen:
            late = time - self.last_sent >= TIMEOUT
            kind = "again after 0.2 s or more" if late else "again sooner"
            self.found[kind] += 1
        elif self.top is not None and start < self.top:
            self.found["behind later data"] += 1
        elif self.top is not None and start > self.top:
            self.found["after a gap"] += 1
        self.seen.add(start)
        self.top = max(end, self.top or 0)
        self.last_sent = time


class Answers:
    """The ACKs of one direction."""

    def __init__(self):
        self.found = Counter()
        self.last = None

    def ack(self, tcp):
        blocks = dict(option for option in tcp.options
                      if option[0] == "SAck").get("SAck", ())
        self.found["ACKs"] += 1
        self.found["repeating the number"] += tcp.ack == self.last
        self.found["with SACK"] += bool(blocks)
        self.found["with D-SACK"] += bool(blocks and blocks[0] < tcp.ack)
        self.last = tcp.ack


def loss_facts():
    transfers = ["upload, seen by its sender", "download, seen by its receiver"]
    data, acks = defaultdict(Way), defaultdict(Answers)
    for _, time, ip, tcp in segments("loss.pcap"):
        size = payload(ip, tcp)
        ends = (ip.src, tcp.sport, ip.dst, tcp.dport)
        if size >= WHOLE:
            data[ends].data(time, tcp.seq, tcp.seq + size)
        elif size == 0 and tcp.flags == "A":
            acks[ends].ack(tcp)
    rows = []
    for title, (ends, way) in zip(transfers, data.items()):
        rows.append(f"- {title}: {counted(way.found)}.")
        answers = acks[ends[2:] + ends[:2]].found
        rows.append(f"  Answered by {counted(answers)}.")
    return rows


def counted(found):
    return ", ".join(f"{number} {what}" for what, number in found.items())


class Connection:
    """What is told of a connection of zerowin.pcap."""

    def __init__(self, client, server):
        self.client, self.server = client, server
        self.times = []
        self.zero = {"client": [], "server": []}
        self.closed = {"client": 0, "server": 0}
        self.open = {"client": True, "server": True}
        self.end = "no end"

    def add(self, number, time, side, tcp):
        self.times.append(time)
        flags = str(tcp.flags)
        if "R" in flags:
            self.end = f"RST by the {side}"
            return
        if "F" in flags:
            self.end = "FIN"
        if tcp.window == 0:
            self.zero[side].append(f"{time / SECOND:.6f} (packet {number})")
            self.closed[side] += self.open[side]
        self.open[side] = tcp.window > 0

    def row(self):
        pauses = [after - before
                  for before, after in zip(self.times, self.times[1:])]
        return (f"| {self.client} | {self.server} | {len(self.times)} "
                f"| {self.times[0] / SECOND:.3f} - "
                f"{self.times[-1] / SECOND:.3f} "
                f"| {pause_text(pauses)} | {self.end} "
                f"| {self.closed['server']} / {self.closed['client']} |")

    def zero_rows(self):
        ways = {"client": f"{self.client} to {self.server}",
                "server": f"{self.server} to {self.client}"}
        return [f"- {way}, by the {side}: {', '.join(self.zero[side])}"
                for side, way in ways.items() if self.zero[side]]


def pause_text(pauses):
    long = [f"{pause / SECOND:.3f}" for pause in pauses if pause > 1.2 * SECOND]
    return ", ".join(long) or f"none (at most {max(pauses) / SECOND:.3f})"


def connections():
    found = {}
    for number, time, ip, tcp in segments("zerowin.pcap"):
        source, target = f"{ip.src}:{tcp.sport}", f"{ip.dst}:{tcp.dport}"
        side = "client" if tcp.sport > tcp.dport else "server"
        ends = (source, target) if side == "client" else (target, source)
        found.setdefault(ends, Connection(*ends)).add(number, time, side, tcp)
    return sorted(found.values(), key=lambda one: one.client)


def zerowin_facts():
    rows = ["| client | server | packets | from - to (s) "
            "| pauses above 1.2 s | end | windows closed by server / client |",
            "|---|---|---:|---|---|---|---|"]
    told = connections()
    rows += [one.row() for one in told]
    rows += ["", "Segments with a zero window, in seconds from the first "
             "packet of the file:", ""]
    return rows + [row for one in told for row in one.zero_rows()]


def main():
    path = output("README.md")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    for name, rows in [("files", file_table()), ("loss", loss_facts()),
                       ("zerowin", zerowin_facts())]:
        begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        new = begin + "\n" + "\n".join(rows) + "\n\n" + end
        text = re.sub(re.escape(begin) + ".*?" + re.escape(end),
                      lambda _, new=new: new, text, flags=re.DOTALL)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    main()
