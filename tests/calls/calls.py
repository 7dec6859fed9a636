#!/usr/bin/env python3
"""Calls of voipCalls beside those that are expected.

    calls.py --flowz PROGRAM FOLDER [--captures TEXT]

FOLDER has captures/ and calls.tsv. Prints what differs and exits with 1 if anything does that has no reason below.
"""
import argparse
import collections
import csv
import glob
import os
import re
import subprocess
import sys
import tempfile

# Capture, column: why it is another value.
REASONS = {
    # Ours are messages, the list counts packets.
    ("sip-tcp-five-segments", "signalling_packets"), ("sip-tcp-out-of-order", "signalling_packets"), ("sip-tcp-two-in-one", "signalling_packets"),
    ("sip-udp-fragments", "signalling_packets"),
    # Nothing but RAS, which is over UDP.
    ("h323-rejected 2", "transport"),
    # No packet has the address of who is called.
    ("h323-rejected 2", "callee_addr"),
}
# The list has the times of the acknowledgements of messages over TCP, which are this much behind the messages.
ACKNOWLEDGED = 2_000_000
# Pairs of flows with RTP that no call wants.
WITHOUT = {"rtp-no-signalling": 2}
# Ours and what it is in the list; times without a word are empty in both.
REASON_NAMES = {"BYE": "BYE", "unanswered": "BYE unanswered", "cancelled": "cancelled", "rejected": "rejected", "none": "none (no BYE seen)",
                "RELEASE COMPLETE": "RELEASE COMPLETE", "ARJ": "ARJ"}


def text(cell):
    return re.sub(r"\\(.)", r"\1", cell[1:-1]) if cell[:1] == '"' else cell


def rows(path):
    with open(path, encoding="utf-8") as file:
        lines = [line.rstrip("\n").split("\t") for line in file]
    return [dict(zip([name.lstrip("%") for name in lines[0]], line)) for line in lines[1:]]


def nanos(cell):
    """A time in nanoseconds, without words where there is none."""
    if not cell:
        return ""
    seconds, rest = cell.split(".")
    return str(int(seconds) * 10**9 + int(rest.ljust(9, "0")))


def analyse(flowz, capture, folder):
    plugins = "basicFlow,sipDecode,h323Decode,rtpDecode,voipCalls"
    command = [flowz, "-r", capture, "-w", os.path.join(folder, "x"), "-q", "--no-config", "--plugins", plugins, "-o", "core.REASSEMBLE=1"]
    subprocess.run(command, check=True)
    return rows(os.path.join(folder, "x_calls.txt"))


def ours(row):
    """A row of ours in the words of the list."""
    milliseconds = lambda cell: "%.3f" % (float(cell) * 1000) if cell else ""
    caller, callee, rtcp = map(int, row["pktsCaller_pktsCallee_pktsRTCP"].split("_"))
    return {
        "transport": row["transport"], "caller": text(row["caller"]), "callee": text(row["callee"]),
        "caller_addr": place(row["callerIP"], row["callerPort"]), "callee_addr": place(row["calleeIP"], row["calleePort"]),
        "start_ns": nanos(row["start"]), "ring_ns": nanos(row["ring"]), "answer_ns": nanos(row["answer"]), "end_ns": nanos(row["end"]),
        "done_ns": nanos(row["done"]), "pdd_ms": milliseconds(row["postDialDelay"]), "talk_ms": milliseconds(row["talk"]),
        "end_reason": REASON_NAMES[row["endReason"]], "end_code": row["endCode"] if row["endCode"] != "0" else "", "hangup_by": row["endedBy"],
        "invites": row["invites"], "reinvites": row["reinvites"], "signalling_packets": row["messages"],
        "media_packets": str(caller + callee + rtcp), "info_dtmf": text(row["infoDigits"]),
    }


def ours_h323(row):
    """A row of H.323 in the words of the list, which has no ports, and counts packets of TCP as signalling."""
    values = ours(row)
    for column in ("done_ns", "invites", "reinvites", "signalling_packets"):
        del values[column]
    values["protocol"] = row["protocol"]
    values["caller_addr"], values["callee_addr"] = row["callerIP"], row["calleeIP"]
    if row["transport"] == "TCP":
        for column in ("start_ns", "ring_ns", "answer_ns", "end_ns"):
            values[column] = str(int(values[column]) + ACKNOWLEDGED) if values[column] else ""
    return values


def place(ip, port):
    return "%s:%s" % (ip, port)


def compare(name, expected, found):
    """What differs, as lines; how many values were compared."""
    wrong, count = [], 0
    alone = [row for row in found if row["protocol"] == "RTP"]
    found = [row for row in found if row["protocol"] != "RTP"]
    if len(alone) != WITHOUT.get(name, 0):
        wrong.append("%s: %d calls without signalling, expected %d" % (name, len(alone), WITHOUT.get(name, 0)))
    by_id = {text(row["callID"]): row for row in found}
    if len(found) != len(expected):
        wrong.append("%s: %d calls, expected %d" % (name, len(found), len(expected)))
    for call in expected:
        row = by_id.get(call["call_id"])
        if row is None:
            wrong.append("%s: no call %s" % (name, call["call_id"]))
            continue
        is_h323 = call["protocol"] == "H.323"
        for column, own in (ours_h323(row) if is_h323 else ours(row)).items():
            count += 1
            names = (name, "%s %s" % (name, call["n"]))
            if own != call[column] and not any((n, column) in REASONS for n in names):
                wrong.append("%s: %s: %s is %r, expected %r" % (name, call["call_id"], column, own, call[column]))
    return wrong, count


def main():
    parser = argparse.ArgumentParser(description="Calls beside those that are expected.")
    parser.add_argument("--flowz", required=True)
    parser.add_argument("--captures", default="", help="only captures with this text in their names")
    parser.add_argument("made", help="folder with captures/ and calls.tsv")
    args = parser.parse_args()
    calls = collections.defaultdict(list)
    with open(os.path.join(args.made, "calls.tsv"), encoding="utf-8") as file:
        for call in csv.DictReader(file, delimiter="\t"):
            calls[call["capture"]].append(call)
    wrong, captures, values = [], 0, 0
    for path in sorted(glob.glob(os.path.join(args.made, "captures", "*"))):
        name = os.path.basename(path).split(".")[0]
        if args.captures not in name:
            continue
        with tempfile.TemporaryDirectory() as folder:
            lines, count = compare(name, calls[name], analyse(args.flowz, path, folder))
        wrong += lines
        values += count
        captures += 1
    print("\n".join(wrong))
    print("calls: %d captures, %d values compared, %d differ" % (captures, values, len(wrong)))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
