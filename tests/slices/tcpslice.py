#!/usr/bin/env python3
"""Compares `flowz slice` with what tcpslice wrote and printed for recorded captures.

    tcpslice.py --flowz PROGRAM [--captures TEXT] GOLDEN FOLDER...

GOLDEN has STEM.slices.tsv (ranges of a capture with the packets that tcpslice wrote for each) and STEM.messages.txt (what it printed); the
captures themselves are in one of the FOLDERs. Slices with sessions are compared with what tcpslice wrote and, where that has a reason to be something else, with
what this script finds in the packets. Prints what differs without a reason, and each reason that was
needed; exit status 1 if anything differs.
"""
import argparse
import csv
import hashlib
import os
import struct
import subprocess
import sys
import tempfile

LATE = "packets that are older than the one in front of them are kept"
MIDDLE = "connections that began in front of the range are kept to their end, too"
LAST = "a session has the acknowledgement of the first FIN, too"
SUMS = "whether sums of TCP are right is of no concern"
# More than a year behind the first packet tcpslice does not believe a time.
FAR = "the last packet is more than a year behind the first one"
YEAR = 365 * 86400

# The differences that there are: capture, what, reason. One that is not needed any more is wrong too.
EXPECTED = {
    ("zeek-echo-connections", "A", LATE),
    ("zeek-echo-connections", "B", LATE),
    ("zeek-smtp", "-R", FAR),
    ("zeek-smtp", "A tcp-f files", LAST),
    *(("arkime-wireshark-retrans", "%s %s" % (part, mode), MIDDLE) for part in "BC" for mode in ("tcp", "tcp-f")),
    *(("ndpi-ipp", "%s %s" % (part, mode), MIDDLE) for part in "BC" for mode in ("tcp", "tcp-e5", "tcp-f")),
    *(("zeek-echo-connections", "%s %s" % (part, mode), LATE) for part in "AB" for mode in ("tcp", "tcp-e5", "tcp-f")),
    *(("zeek-echo-connections", "%s %s" % (part, mode), MIDDLE) for part in "BC" for mode in ("tcp", "tcp-e5", "tcp-f")),
    *(("zeek-http-1000-requests-one-dropped-response", "A %s" % mode, SUMS) for mode in ("tcp", "tcp-e5", "tcp-f")),
    *(("zeek-http-1000-requests-one-dropped-response", "%s %s" % (part, mode), MIDDLE) for part in "BC" for mode in ("tcp", "tcp-e5", "tcp-f")),
}


def packets(path):
    """Record header and bytes of each packet of a pcap file with microseconds."""
    with open(path, "rb") as file:
        data = file.read()
    order = {b"\xd4\xc3\xb2\xa1": "<", b"\xa1\xb2\xc3\xd4": ">"}[data[:4]]
    at, found = 24, []
    while at < len(data):
        header = struct.unpack(order + "4I", data[at:at + 16])
        found.append((header, data[at + 16:at + 16 + header[2]]))
        at += 16 + header[2]
    return found


def meta(found):
    """Sum over times, lengths and headers of packets."""
    total = hashlib.sha256()
    for header, data in found:
        total.update(struct.pack(">4I", *header) + data[14:54])
    return total.hexdigest()


def numbers(found, source):
    """Numbers of packets in their capture, as ranges."""
    at, ranges = 0, []
    for packet in found:
        while source[at] != packet:
            at += 1
        at += 1
        if ranges and ranges[-1][1] == at - 1:
            ranges[-1][1] = at
        else:
            ranges.append([at, at])
    return ",".join("%d-%d" % (a, b) if a != b else "%d" % a for a, b in ranges)


def in_order(found):
    """Packets without those that are older than one in front of them."""
    kept = []
    for packet in found:
        if not kept or packet[0][:2] >= kept[-1][0][:2]:
            kept.append(packet)
    return kept


class Comparison:
    def __init__(self):
        self.values, self.wrong, self.reasons = 0, [], set()

    def equal(self, place, ours, theirs):
        self.values += 1
        if ours != theirs:
            self.wrong.append("%s: %s, tcpslice: %s" % (place, ours[:200], theirs[:200]))


def segment(data):
    """Ends, sequence numbers, flags and length of a segment of TCP over IP over Ethernet or loopback."""
    at = 14 if data[12:14] in (b"\x08\x00", b"\x86\xdd") else 4
    if data[at] >> 4 == 4:
        length, header, protocol = struct.unpack(">H", data[at + 2:at + 4])[0], 4 * (data[at] & 15), data[at + 9]
        ends = (data[at + 12:at + 16], data[at + 16:at + 20])
    else:
        length, header, protocol = 40 + struct.unpack(">H", data[at + 4:at + 6])[0], 40, data[at + 6]
        ends = (data[at + 8:at + 24], data[at + 24:at + 40])
    if protocol != 6:
        return None
    tcp = data[at + header:]
    ports = struct.unpack(">HH", tcp[:4])
    sequence, acknowledged = struct.unpack(">II", tcp[4:12])
    ends = tuple(zip(ends, ports))
    return ends, sequence, acknowledged, tcp[13], length - header - 4 * (tcp[12] >> 4)


FIN, SYN, RST, ACK = 1, 2, 4, 16


class Connection:
    """What two ends have said to each other."""

    def __init__(self):
        self.syn, self.fin, self.known, self.seen, self.last = {}, {}, {}, set(), 0

    def is_over(self):
        return len(self.known) == 2


def whole(source, start, end, expire):
    """Numbers of the packets of a slice that does not cut connections."""
    chosen, live, over = [], {}, set()
    for number, (header, data) in enumerate(source, 1):
        time = header[0] * 10**6 + header[1]
        if time < start:
            continue
        is_past, found = time > end, segment(data)
        if found is None:
            chosen += [] if is_past else [number]
            continue
        (a, b), sequence, acknowledged, flags, length = found
        key = frozenset((a, b))
        known = live.get(key)
        if known and expire and time - known.last > expire:
            del live[key]
            over.discard(key)
            known = None
        if known and flags & (SYN | RST) == SYN and (known.syn.get(a, sequence) != sequence or a in known.seen and a not in known.syn):
            del live[key]
            over.add(key)
            known = None
        may_begin = not flags & (RST | FIN) and (flags & SYN or length > 0 and key not in over)
        if known is None and may_begin and not is_past:
            known = live[key] = Connection()
            over.discard(key)
        if not is_past or known:
            chosen.append(number)
        if known is None:
            continue
        known.last = time
        known.seen.add(a)
        if flags & SYN:
            known.syn[a] = sequence
        if flags & FIN:
            known.fin.setdefault(a, sequence + bool(flags & SYN) + length + 1 & 0xFFFFFFFF)
        if flags & ACK and b in known.fin and (acknowledged - known.fin[b]) & 0xFFFFFFFF < 1 << 31:
            known.known[b] = True
        if flags & RST or known.is_over():
            del live[key]
            over.add(key)
    return chosen


def sessions(compare, flowz, stem, golden, capture):
    """Slices with connections."""
    source = packets(capture)
    reasons = Reasons(source)
    first = source[0][0][0] * 10**6 + source[0][0][1]
    micros = lambda word: round(float(word[1:]) * 10**6)
    with open(golden, encoding="utf-8", newline="") as file, tempfile.TemporaryDirectory() as folder:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["mode"] == "plain":
                continue
            scratch = tempfile.mkdtemp(dir=folder)
            out = os.path.join(scratch, "out.pcap")
            words = ["-s", "tcp", "-w", out, row["start"], row["end"], capture]
            expire = 5 * 10**6 if row["mode"] == "tcp-e5" else 0
            words += ["-e", "5"] if expire else []
            words += ["-f", os.path.join(scratch, "sess-%s-%.6u.pcap")] if row["mode"] == "tcp-f" else []
            code, _, said = run(flowz, words, scratch)
            place = "%s %s %s" % (stem, row["range"], row["mode"])
            compare.equal(place + " status", str(code), row["rc"])
            start = first + micros(row["start"])
            ours = numbers(packets(out), source)
            compare.equal(place + " own count", ours, numbers([source[n - 1] for n in whole(source, start, start + micros(row["end"]), expire)], source))
            ours, theirs = members(ours), members(row["frames"])
            compare.equal(place + " missing", str(theirs - ours), str(set()))
            for number in ours - theirs:
                compare.reasons.add((stem, "%s %s" % (row["range"], row["mode"]), reasons.of(number, start)))
            if row["mode"] == "tcp-f" and ours == theirs:
                files(compare, (stem, row["range"]), scratch, golden.replace(".slices.", ".split-files."))


def members(text):
    found = set()
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        found.update(range(int(first), int(last or first) + 1))
    return found


class Reasons:
    """Why tcpslice does not write packets of a capture."""

    def __init__(self, source):
        self.source, self.late, self.firsts, latest = source, set(), {}, 0
        for number, (header, data) in enumerate(source, 1):
            time = header[0] * 10**6 + header[1]
            if time < latest:
                self.late.add(number)
            latest = max(latest, time)
            found = segment(data)
            if found:
                self.firsts.setdefault(frozenset(found[0]), time)

    def of(self, number, start):
        if number in self.late:
            return LATE
        ends = frozenset(segment(self.source[number - 1][1])[0])
        return MIDDLE if self.firsts[ends] < start else SUMS


def files(compare, place, folder, golden):
    """How many packets the file of each session has."""
    stem, range_ = place
    with open(golden, encoding="utf-8", newline="") as file:
        theirs = {row["file"]: int(row["packets"]) for row in csv.DictReader(file, delimiter="\t") if row["range"] == range_}
    ours = {name: len(packets(os.path.join(folder, name))) for name in os.listdir(folder) if name.startswith("sess-")}
    what = "%s tcp-f files" % range_
    if (stem, what, LAST) in EXPECTED:
        compare.reasons.add((stem, what, LAST))
        theirs = {name: count + 1 for name, count in theirs.items()}
    compare.equal("%s %s" % (stem, what), str(sorted(ours.items())), str(sorted(theirs.items())))


def run(flowz, words, folder):
    env = dict(os.environ, TZ="UTC")
    done = subprocess.run([flowz, "slice"] + words, cwd=folder, env=env, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def ranges(compare, flowz, stem, golden, capture):
    source = packets(capture)
    with open(golden, encoding="utf-8", newline="") as file, tempfile.TemporaryDirectory() as scratch:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["mode"] != "plain":
                continue
            out = os.path.join(scratch, "out.pcap")
            code, _, said = run(flowz, ["-w", out, row["start"], row["end"], capture], scratch)
            place = "%s %s" % (stem, row["range"])
            compare.equal(place + " status", "%d %s" % (code, said), row["rc"] + " ")
            found = packets(out)
            if in_order(found) != found:
                compare.reasons.add((stem, row["range"], LATE))
                found = in_order(found)
            else:
                with open(out, "rb") as whole:
                    compare.equal(place + " file", hashlib.sha256(whole.read()).hexdigest(), row["sha256"])
            compare.equal(place + " packets", str(len(found)), row["packets"])
            compare.equal(place + " headers", meta(found), row["meta_sha256"])
            compare.equal(place + " frames", numbers(found, source), row["frames"])


def messages(compare, flowz, stem, golden, capture):
    """The lines of -R and -d."""
    name = stem + os.path.splitext(capture)[1]
    with open(golden, encoding="utf-8") as file:
        parts = file.read().split("$ tcpslice ")[1:]
    for part in parts:
        command, _, theirs = part.partition("\n")
        words = command.split()
        if words[0] not in ("-R", "-d"):
            continue
        words = [capture if word == name else word for word in words]
        _, ours, _ = run(flowz, words, ".")
        ours, theirs = ours.replace(capture, name).strip(), theirs.strip()
        if words[0] == "-R" and ours != theirs:
            first, last = (float(time) for time in ours.split("\t")[1:])
            if last - first > YEAR:
                compare.reasons.add((stem, "-R", FAR))
                ours, theirs = ours.split("\t")[1], theirs.split("\t")[1]
        compare.equal("%s %s" % (stem, words[0]), ours, theirs)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--flowz", required=True)
    parser.add_argument("--captures", default="")
    parser.add_argument("golden")
    parser.add_argument("folders", nargs="+")
    args = parser.parse_args()
    compare, count, flowz = Comparison(), 0, os.path.abspath(args.flowz)
    names = {name[:-len(".slices.tsv")] for name in os.listdir(args.golden) if name.endswith(".slices.tsv")}
    for stem in sorted(stem for stem in names if args.captures in stem):
        places = [os.path.join(folder, stem + ending) for folder in args.folders for ending in (".pcap", ".cap")]
        capture = next((os.path.abspath(place) for place in places if os.path.exists(place)), None)
        if capture is None:
            compare.wrong.append("%s: the capture is in none of the folders" % stem)
            continue
        count += 1
        path = os.path.join(args.golden, stem)
        ranges(compare, flowz, stem, path + ".slices.tsv", capture)
        sessions(compare, flowz, stem, path + ".slices.tsv", capture)
        if os.path.exists(path + ".messages.txt"):
            messages(compare, flowz, stem, path + ".messages.txt", capture)
    for stem, what, reason in sorted(compare.reasons):
        print("%s %s: differs, since %s" % (stem, what, reason))
    looked_at = {known for known in EXPECTED if args.captures in known[0]}
    for stem, what, reason in sorted(compare.reasons ^ looked_at):
        compare.wrong.append("%s %s: not as known: %s" % (stem, what, reason))
    print("\n".join(compare.wrong[:100]))
    print("tcpslice: %d captures, %d values, %d wrong" % (count, compare.values, len(compare.wrong)))
    sys.exit(1 if compare.wrong or not count else 0)


main()
