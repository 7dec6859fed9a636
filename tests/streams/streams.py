#!/usr/bin/env python3
"""Compares tcpStream with the expected streams of recorded and damaged conversations.

    streams.py --flowz PROGRAM FOLDER [--captures TEXT]

FOLDER has streams.tsv, a row per direction of a connection, and captures/. Prints what differs; exit status 1 if anything does.
"""
import argparse
import collections
import concurrent.futures
import csv
import hashlib
import os
import subprocess
import sys
import tempfile

# Column of streams.tsv, column of the table `streams`.
SAME = [("start", "start"), ("stream_len", "length"), ("bytes", "bytes"), ("gap_count", "gaps"), ("gap_bytes", "gapBytes"),
        ("dup_bytes", "dupBytes"), ("dup_segments", "dupSegs"), ("out_of_order", "outOfOrd"), ("conflict_bytes", "conflBytes"),
        ("keepalive_octets", "keepAlv"), ("snap_cut", "snapped")]


def table(path):
    """Rows of a text table as dictionaries."""
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        names = [name.lstrip("%") for name in file.readline().rstrip("\n").split("\t")]
        return [dict(zip(names, line.rstrip("\n").split("\t"))) for line in file if not line.startswith("%")]


def joined(gaps):
    """Gaps as offset+length; those that touch are one."""
    whole = []
    for offset, length in gaps:
        if whole and sum(whole[-1]) == offset:
            whole[-1] = (whole[-1][0], whole[-1][1] + length)
        else:
            whole.append((offset, length))
    return ";".join("%d+%d" % gap for gap in whole) or "-"


def analyse(flowz, capture, folder):
    """What flowz says of each direction: end points -> list of (row, gaps, hash)."""
    prefix = os.path.join(folder, "x")
    options = ["TS_GAP_TABLE=1", "TS_STREAM_TABLE=1", "TS_SAVE=1"]
    command = [flowz, "-r", capture, "-w", prefix, "--plugins", "basicFlow,tcpStream", "-q", "--no-config"]
    subprocess.run(command + [word for option in options for word in ("-o", "tcpStream." + option)], check=True)
    flows = {(row["flowInd"], row["dir"]): row for row in table(prefix + "_flows.txt")}
    gaps = collections.defaultdict(list)
    for row in table(prefix + "_gaps.txt"):
        gaps[row["flowInd"], row["dir"], row["conn"]].append((int(row["offset"]), int(row["length"])))
    found = collections.defaultdict(list)
    for row in table(prefix + "_streams.txt"):
        number, direction, connection = row["flowInd"], row["dir"], row["conn"]
        # A flow without a peer is A in the flow table.
        flow = flows.get((number, direction)) or flows[number, "A"]
        ends = "%s:%s>%s:%s" % (flow["srcIP"], flow["srcPort"], flow["dstIP"], flow["dstPort"])
        more = "" if connection == "1" else "_" + connection
        path = "%s_files/tcpStream/%s_%s%s.bin" % (prefix, number, direction, more)
        digest = "-"
        if os.path.exists(path):
            with open(path, "rb") as file:
                digest = hashlib.sha256(file.read()).hexdigest()
        found[ends].append((row, joined(gaps[number, direction, connection]), digest))
    return found


def differences(flowz, folder, name, rows):
    """Lines on what differs in one capture."""
    with tempfile.TemporaryDirectory() as scratch:
        found = analyse(flowz, os.path.join(folder, "captures", name), scratch)
    seen, lines = collections.Counter(), []
    for expected in rows:
        ends = "%s>%s" % (expected["src"], expected["dst"])
        ends = ends.replace("[", "").replace("]", "")
        nth, seen[ends] = seen[ends], seen[ends] + 1
        where = "%s connection %s %s" % (name, expected["conn"], expected["dir"])
        if nth >= len(found[ends]):
            # Of a direction without data and SYN nothing is known.
            if expected["stream_len"] != "0":
                lines.append(where + ": no such stream")
            continue
        row, gaps, digest = found[ends][nth]
        # Seen at two places under two VLAN tags: two flows here, each with every byte once.
        same = [pair for pair in SAME if not (".vlan_dup." in name and pair[0].startswith("dup_"))]
        wrong = ["%s %s, not %s" % (own, row[own], expected[other]) for other, own in same if row[own] != expected[other]]
        if gaps != expected["gaps"]:
            wrong.append("gaps %s, not %s" % (gaps, expected["gaps"]))
        if digest != expected["sha256"]:
            wrong.append("other bytes")
        # The acknowledgement of a FIN that was lost with the last bytes counts one more.
        if wrong and not ("FIN went with the lost data" in expected["note"] and int(row["length"]) == int(expected["stream_len"]) + 1):
            lines.append(where + ": " + "; ".join(wrong))
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--flowz", required=True)
    parser.add_argument("--captures", default="", help="only those whose name has this text")
    parser.add_argument("folder")
    args = parser.parse_args()
    captures = collections.OrderedDict()
    with open(os.path.join(args.folder, "streams.tsv"), encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if args.captures in row["file"]:
                captures.setdefault(row["file"], []).append(row)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        work = lambda item: differences(args.flowz, args.folder, *item)
        wrong = [line for lines in pool.map(work, captures.items()) for line in lines]
    print("\n".join(wrong[:200]))
    streams = sum(map(len, captures.values()))
    print("streams: %d captures, %d directions, %d differ" % (len(captures), streams, len(wrong)))
    sys.exit(1 if wrong or not captures else 0)


main()
