#!/usr/bin/env python3
"""Compares slices of `flowz slice --sessions` with those that are expected of recorded calls, and files of single sessions with their packets.

    sessions.py --flowz PROGRAM [--captures TEXT] FOLDER

FOLDER has slices.tsv (for moments of each capture the packets up to there and those of sessions that are open then), sessions.tsv (packets of each session) and captures/. Prints what differs, and as the
last line how many slices are equal; exit status 1 if one differs without a reason.
"""
import argparse
import collections
import csv
import os
import struct
import subprocess
import sys
import tempfile

# Capture and moment: why ours is right.
REASONS = {}
# Captures whose sessions have other packets. A call is over with the answer to its BYE; behind a 302 that the caller has acknowledged another one begins.
PARTS = {"sip-baresip", "sip-redirect-302"}


def times(path):
    """Record header and bytes of each packet of a pcap file."""
    with open(path, "rb") as file:
        data = file.read()
    order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    at, found = 24, []
    while at + 16 <= len(data):
        header = struct.unpack(order + "4I", data[at:at + 16])
        found.append((header, data[at + 16:at + 16 + header[2]]))
        at += 16 + header[2]
    return found


def numbers(text):
    """The numbers of `1-3,7`."""
    found = set()
    for part in text.split(","):
        if part not in ("", "-"):
            first, _, last = part.partition("-")
            found.update(range(int(first), int(last or first) + 1))
    return found


def ranges(found):
    parts = []
    for number in sorted(found):
        if parts and parts[-1][1] == number - 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ",".join("%d-%d" % tuple(p) if p[0] != p[1] else str(p[0]) for p in parts)


def places(found, source):
    """Numbers of the packets of a slice in their capture."""
    at, result = 0, set()
    for packet in found:
        while source[at] != packet:
            at += 1
        at += 1
        result.add(at)
    return result


def capture_of(folder, name):
    return next(os.path.join(folder, file) for file in sorted(os.listdir(folder)) if file.split(".")[0] == name)


def compare(flowz, path, row, folder):
    """What differs of a slice; nothing if it is as expected."""
    out = os.path.join(folder, "slice.pcap")
    end = "%d.%09d" % divmod(int(row["end_ns"]), 10**9)
    command = [flowz, "slice", "--sessions", "tcp,sip,h323", "0", end, path, "-w", out]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    if done.returncode:
        return done.stderr.decode()
    source = times(path)
    found = places(times(out), source)
    wanted, optional = numbers(row["packets"]), numbers(row["optional"])
    missing, more = wanted - found, found - wanted - optional
    if missing or more:
        return "missing %s, too many %s" % (ranges(missing) or "none", ranges(more) or "none")
    return ""


def connections(flowz, path, expected, folder):
    """What differs of the files of single sessions."""
    folder = tempfile.mkdtemp(dir=folder)
    command = [flowz, "slice", "-s", "tcp,sip,h323", path, "-f", os.path.join(folder, "%s-%u.pcap")]
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    source = times(path)
    found = [places(times(os.path.join(folder, name)), source) for name in os.listdir(folder)]
    of_connections = set().union(*(numbers(row["packets"]) for row in expected if row["type"] == "tcp"))
    told = []
    for row in expected:
        wanted = numbers(row["packets"])
        best = max(found, key=lambda packets: 2 * len(packets & wanted) - len(packets))
        # A call has all of the connections that carry its messages.
        extra = best - wanted - (set() if row["type"] == "tcp" else of_connections)
        # The file of a call begins with the packet that completes its first message.
        missing = {number for number in wanted - best if row["type"] == "tcp" or number > min(best)}
        if (missing or extra) and row["capture"] not in PARTS:
            told.append("%s %s: missing %s, too many %s" % (row["type"], row["session"], ranges(missing), ranges(extra)))
    return "; ".join(told)


def of_captures(path):
    rows = collections.defaultdict(list)
    with open(path, encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            rows[row["capture"]].append(row)
    return rows


def main():
    parser = argparse.ArgumentParser(description="Slices of calls beside those that are expected.")
    parser.add_argument("--flowz", required=True)
    parser.add_argument("--captures", default="", help="only captures with this text in their names")
    parser.add_argument("made", help="folder with captures/ and slices.tsv")
    args = parser.parse_args()
    slices, sessions = (of_captures(os.path.join(args.made, name)) for name in ("slices.tsv", "sessions.tsv"))
    equal = reasons = wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in sorted(name for name in slices if args.captures in name):
            path = capture_of(os.path.join(args.made, "captures"), name)
            told = connections(args.flowz, path, sessions[name], folder)
            if told:
                wrong += 1
                print("%s: %s" % (name, told))
            for row in slices[name]:
                told = compare(args.flowz, path, row, folder)
                reason = REASONS.get((name, row["end"]))
                if bool(told) == (reason is None) and told:
                    wrong += 1
                    print("%s until %s (%s): %s" % (name, row["end"], row["why"], told))
                elif not told and reason:
                    wrong += 1
                    print("%s until %s: equal, though it has a reason not to be" % (name, row["end"]))
                elif told:
                    reasons += 1
                    print("%s until %s: %s" % (name, row["end"], reason))
                else:
                    equal += 1
    count = sum(len(sessions[name]) for name in slices if args.captures in name)
    print("sessions: %d sessions, %d slices equal, %d differ with a reason, %d differ" % (count, equal, reasons, wrong))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
