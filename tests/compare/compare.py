#!/usr/bin/env python3
"""Compare flowz with tshark, packet by packet, over a folder of any captures.

    compare.py --flowz PATH [--captures GLOB] [--show N] FOLDER

Compared are the number of packets, the ledger (every packet read is in one bucket), and for each packet the time,
the length on the wire, the headers of IP around each other, addresses, protocol, ports, lengths, identification,
time to live, the numbers, flags and window of TCP, and whether checksums are right. Both programs take the packets as
they are: nothing is put together.

Differences are counted by cause: what differs, and the headers that flowz saw. Causes that stand in conventions.tsv
beside this script are counted apart; a line there has four fields, separated by tabs:
    WHAT  CAPTURE-GLOB  HEADERS-GLOB  REASON
Exit status: 0 nothing else differs, 1 something does, 2 could not run.
"""
import argparse
import collections
import fnmatch
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SUFFIXES = (".pcap", ".pcapng", ".cap", ".pcap.gz", ".pcapng.gz")
# What tshark is asked for. Of a field that occurs several times all values are given.
FIELDS = """frame.number frame.time_epoch frame.len frame.cap_len frame.protocols _ws.expert.message ip.src ip.dst ip.proto ip.len ip.id ip.ttl
ip.checksum.status ipv6.src ipv6.dst ipv6.plen ipv6.hlim tcp.srcport tcp.dstport tcp.seq_raw tcp.ack_raw tcp.len
tcp.flags tcp.window_size_value tcp.checksum.status udp.srcport udp.dstport udp.length udp.checksum.status
sctp.srcport sctp.dstport icmp.checksum.status icmpv6.checksum.status""".split()
PREFERENCES = """ip.defragment:FALSE ipv6.defragment:FALSE tcp.desegment_tcp_streams:FALSE ip.check_checksum:TRUE
tcp.check_checksum:TRUE udp.check_checksum:TRUE tcp.relative_sequence_numbers:FALSE
tcp.analyze_sequence_numbers:FALSE""".split()
BAD, GOOD = "0", "1"
# Flags of `ipFlags`: the sums of the IP header and of layer 4 are wrong.
IP_SUM, L4_SUM = 0x0400, 0x0800
TRANSPORT = ("tcp", "udp", "sctp")


class Cannot(Exception):
    """Why the comparison cannot be made."""


def by_tshark(capture):
    """Fields of each frame, by its number."""
    command = ["tshark", "-n", "-r", str(capture), "-T", "fields", "-E", "occurrence=a", "-E", "aggregator=,"]
    for preference in PREFERENCES:
        command += ["-o", preference]
    for field in FIELDS:
        command += ["-e", field]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    frames = {}
    for line in done.stdout.splitlines():
        values = dict(zip(FIELDS, line.split("\t")))
        frames[int(values["frame.number"])] = values
    if done.returncode != 0 and not frames:
        reason = done.stderr.strip().splitlines()
        raise Cannot("tshark: " + (reason[-1] if reason else "it said nothing"))
    return frames


def by_flowz(flowz, capture):
    """Rows of the packet table, by number, and the report."""
    with tempfile.TemporaryDirectory() as folder:
        plugins = "basicFlow,basicStats,tcpFlags"
        command = [flowz, "-r", str(capture), "-w", folder + "/x", "-s", "--plugins", plugins]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace")
        table = pathlib.Path(folder, "x_packets.txt")
        if not table.exists():
            reason = done.stderr.strip().splitlines()
            raise Cannot(reason[-1] if reason else f"flowz ended with status {done.returncode}")
        lines = table.read_text(errors="replace").splitlines()
    names = lines[0].lstrip("%").split("\t")
    rows = (dict(zip(names, line.split("\t"))) for line in lines[1:])
    return {int(row["pktNo"]): row for row in rows}, done.stdout


def ledger(report):
    """Packets read, and the sum of the buckets they are in."""
    found = re.search(r"^Packets read: (\d+) = (.*)$", report, re.M)
    if not found:
        return None
    return int(found[1]), sum(int(bucket.split()[0]) for bucket in found[2].split(" + "))


class Frame:
    """What tshark says of the packet that the flow is made of: the innermost one, but none that an error quotes."""

    def __init__(self, values):
        self.values = values
        protocols = values["frame.protocols"].split(":")
        ends = [at for at, name in enumerate(protocols) if name in ("icmp", "icmpv6")]
        self.protocols = protocols[: ends[0] + 1] if ends else protocols
        self.nets = [name for name in self.protocols if name in ("ip", "ipv6")]
        last = max((at for at, name in enumerate(self.protocols) if name in ("ip", "ipv6")), default=-1)
        above = self.protocols[last + 1 :] if last >= 0 else []
        # The IP header claims more than there is room for; then tshark cuts what is in it.
        self.overlong = re.search("(total|payload) length exceeds", values["_ws.expert.message"]) is not None
        self.transport = next((name for name in above if name in TRANSPORT + ("icmp", "icmpv6")), None)

    def of(self, protocol, field):
        """The value of a field in the last header of a protocol; empty where there is none."""
        count = self.protocols.count(protocol)
        values = self.values[field].split(",")
        return values[count - 1] if 0 < count <= len(values) else ""

    def net(self, field4, field6):
        """A field of the innermost IP header."""
        if not self.nets:
            return ""
        return self.of("ip", field4) if self.nets[-1] == "ip" else self.of("ipv6", field6)

    def layer4(self, field):
        """A field of the transport; empty where there is none."""
        name = self.transport
        return self.of(name, f"{name}.{field}") if name in TRANSPORT else ""


def number(text):
    """A number in either base; none where there is none."""
    return int(text, 0) if text else None


def net_layers(row):
    """IP headers that flowz saw, and those around the flow's."""
    tokens = row["hdrDesc"].split(":")
    return ["ip" if token == "ipv4" else "ipv6" for token in tokens if token in ("ipv4", "ipv6")]


def moments(row, frame):
    """Times to the nanosecond."""
    seconds, _, rest = frame.values["frame.time_epoch"].partition(".")
    return row["time"], f"{seconds}.{rest:0<9}"[: len(seconds) + 10]


def of_packet(row, frame):
    """Pairs of values: what they are, ours, tshark's. A pair with a value missing is not compared."""
    yield ("time", *moments(row, frame))
    lengths = [number(frame.values[field]) for field in ("frame.len", "frame.cap_len")]
    yield "pktLen", number(row["pktLen"]), max(lengths)
    yield "headers", net_layers(row), frame.nets
    if net_layers(row) != frame.nets or not frame.nets:
        return
    yield from of_network(row, frame)
    yield from of_transport(row, frame)


def of_network(row, frame):
    yield "srcIP", row["srcIP"], frame.net("ip.src", "ipv6.src")
    yield "dstIP", row["dstIP"], frame.net("ip.dst", "ipv6.dst")
    yield "ipTTL", number(row["ipTTL"]), number(frame.net("ip.ttl", "ipv6.hlim"))
    if frame.nets[-1] == "ip":
        yield "l4Proto", number(row["l4Proto"]), number(frame.of("ip", "ip.proto"))
        yield "l3Len", number(row["l3Len"]), None if frame.overlong else number(frame.of("ip", "ip.len"))
        yield "ipID", number(row["ipID"]), number(frame.of("ip", "ip.id"))
        yield ("ip checksum", *verdicts(row, IP_SUM, frame.of("ip", "ip.checksum.status")))
    else:
        payload = number(frame.of("ipv6", "ipv6.plen"))
        # A length of 0 stands for one that is elsewhere (RFC 2675).
        yield "l3Len", number(row["l3Len"]), payload + 40 if payload and not frame.overlong else None


def of_transport(row, frame):
    yield "srcPort", number(row["srcPort"]), number(frame.layer4("srcport"))
    yield "dstPort", number(row["dstPort"]), number(frame.layer4("dstport"))
    name = frame.transport
    if name == "tcp":
        yield "seq", number(row["seq"]), number(frame.layer4("seq_raw"))
        yield "ack", number(row["ack"]), number(frame.layer4("ack_raw"))
        yield "l7Len", number(row["l7Len"]), None if frame.overlong else number(frame.layer4("len"))
        yield ("tcpWin", *windows(row, frame))
        flags, theirs = number(row["tcpFlags"]), number(frame.layer4("flags"))
        yield "tcpFlags", None if flags is None else flags & 0xFF, None if theirs is None else theirs & 0xFF
    if name == "udp":
        yield "udpLen", number(row["udpLen"]), number(frame.layer4("length"))
    if name and name != "sctp" and not frame.overlong:
        yield ("checksum", *verdicts(row, L4_SUM, frame.of(name, f"{name}.checksum.status")))


def windows(row, frame):
    """Windows: ours is scaled, by at most 2^14 (RFC 7323, section 2.3)."""
    ours, theirs = number(row["tcpWin"]), number(frame.layer4("window_size_value"))
    if ours and theirs and any(ours == theirs << scale for scale in range(15)):
        theirs = ours
    return ours, theirs


def verdicts(row, flag, status):
    """Whether a sum is right, as both see it; none where tshark does not look."""
    if status not in (BAD, GOOD) or not row["ipFlags"]:
        return None, None
    return ("bad" if number(row["ipFlags"]) & flag else "good"), ("bad" if status == BAD else "good")


def compare(flowz, capture):
    """Differences: what, headers, frame, ours, tshark's. And how many values were compared."""
    frames = by_tshark(capture)
    rows, report = by_flowz(flowz, capture)
    found, compared = [], 0
    counts = ledger(report)
    if counts is None or counts[0] != counts[1]:
        found.append(("ledger", "", 0, counts, ""))
    if counts and counts[0] != len(frames):
        found.append(("packets", "", 0, counts[0], len(frames)))
    for at, row in rows.items():
        if at not in frames:
            continue
        for what, ours, theirs in of_packet(row, Frame(frames[at])):
            if ours is None or theirs is None or theirs == "":
                continue
            compared += 1
            if ours != theirs:
                found.append((what, row["hdrDesc"], at, ours, theirs))
    return found, compared


def conventions():
    """Lines of the list beside this script."""
    lines = (HERE / "conventions.tsv").read_text().splitlines()
    fields = [line.split("\t") for line in lines if line and not line.startswith("#")]
    for line in fields:
        if len(line) != 4:
            raise Cannot(f"conventions.tsv: '{' '.join(line)}' has not four fields")
    return fields


def reason_for(known, what, capture, headers):
    """Why this may differ, if it may."""
    for pattern, captures, chains, reason in known:
        if fnmatch.fnmatch(what, pattern) and fnmatch.fnmatch(capture, captures) and fnmatch.fnmatch(headers, chains):
            return reason
    return None


def captures_of(folder, pattern):
    files = sorted(path for path in folder.rglob("*") if path.name.endswith(SUFFIXES) and path.is_file())
    return [path for path in files if fnmatch.fnmatch(path.name, pattern)]


def arguments():
    parser = argparse.ArgumentParser(description="Compare flowz with tshark, packet by packet.")
    parser.add_argument("--flowz", required=True, help="the program")
    parser.add_argument("--captures", default="*", metavar="GLOB", help="only files of such names")
    parser.add_argument("--show", type=int, default=1, metavar="N", help="examples of each cause")
    parser.add_argument("folder", type=pathlib.Path)
    return parser.parse_args()


def main():
    args = arguments()
    if shutil.which("tshark") is None:
        raise Cannot("tshark is not installed; on Debian: apt-get install tshark")
    known, causes, excused = conventions(), collections.defaultdict(list), collections.Counter()
    files = captures_of(args.folder, args.captures)
    if not files:
        raise Cannot(f"no captures in {args.folder}")
    compared = clean = unread = 0
    for capture in files:
        try:
            found, values = compare(args.flowz, capture)
        except Cannot as reason:
            unread += 1
            print(f"not compared: {capture.name}: {reason}")
            continue
        compared += values
        rest = 0
        for what, headers, *example in found:
            reason = reason_for(known, what, capture.name, headers)
            if reason:
                excused[reason] += 1
            else:
                rest += 1
                causes[what, headers].append((capture.name, *example))
        clean += rest == 0
    for (what, headers), examples in sorted(causes.items(), key=lambda cause: -len(cause[1])):
        print(f"{len(examples):6} {what}  {headers}")
        for name, frame, ours, theirs in examples[: args.show]:
            print(f"         {name}, packet {frame}: {ours}, tshark has {theirs}")
    for reason, count in excused.most_common():
        print(f"{count:6} by convention: {reason}")
    print(f"compared: {compared} values; {clean} of {len(files) - unread} captures without a difference")
    return 1 if causes else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Cannot as reason:
        print(f"compare: error: {reason}", file=sys.stderr)
        sys.exit(2)
