#!/usr/bin/env python3
"""Compares `flowz slice` with what tcpslice wrote and printed for recorded captures.

    tcpslice.py --flowz PROGRAM [--captures TEXT] GOLDEN FOLDER...

GOLDEN has STEM.slices.tsv (ranges of a capture with the packets that tcpslice wrote for each) and STEM.messages.txt (what it printed); the
captures themselves are in one of the FOLDERs. Sessions are not compared. Prints what differs without a reason, and each reason that was
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
# More than a year behind the first packet tcpslice does not believe a time.
FAR = "the last packet is more than a year behind the first one"
YEAR = 365 * 86400

# The differences that there are: capture, what, reason. One that is not needed any more is wrong too.
EXPECTED = {
    ("zeek-echo-connections", "A", LATE),
    ("zeek-echo-connections", "B", LATE),
    ("zeek-smtp", "-R", FAR),
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
