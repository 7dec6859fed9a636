#!/usr/bin/env python3
"""Compares httpSniffer with what other tools find in the shared captures.

    http_tools.py --flowz PROGRAM FOLDER [--captures TEXT]

FOLDER is made/streams of the shared files. Beside it, in golden-tools/pcap_tcp_assembler, are conversations as `extract_http` prints them: its
requests, responses, heads and whole bodies must be among ours, in order. In golden-tools/tshark/NAME.http-objects.tsv are the objects that tshark
exports: each must be a body of ours, by its SHA-256. Prints what differs; exit status 1 if anything does.
"""
import argparse
import collections
import csv
import glob
import gzip
import os
import re
import subprocess
import sys
import tempfile

# Captures in which the other tool is wrong, or does something else.
EXTRACT_HTTP = {
    "arkime-wireshark-retrans": "stops at a response in chunks that comes twice",
    "pcpp-unidirectional-tcp-stream-with-missing-packe": "takes the end of a lost body for the method of the next request",
    "zeek-http-zero-length-bodies-with-drops": "a head of 1278 bytes that lies in segments of 1264 and 10",
}
TSHARK = {
    "zeek-mixed-vlan-mpls": "segments of an answer of HTTP/0.9, which has no head, are an object each",
}


def golden(path):
    """Messages of each direction, as (what, text) in order."""
    opened = gzip.open(path, "rt", errors="replace") if path.endswith(".gz") else open(path, encoding="utf-8", errors="replace")
    found = collections.defaultdict(list)
    with opened as file:
        for line in file:
            # A line may go on behind what a body begins with.
            match = re.search(r"\[(\d+)\]: \d+ >>> http: (request|response) (.*)", line)
            if not match:
                continue
            direction, kind, rest = match.groups()
            head = re.match(r"headers (\d+) bytes", rest)
            body = re.match(r"body complete (\d+) bytes", rest)
            if head:
                found[direction].append(("head", head.group(1)))
            elif body:
                found[direction].append(("body", body.group(1)))
            elif kind == "request" and re.match(r"[A-Z]+ \S+$", rest):
                found[direction].append(("request", rest))
            elif kind == "response" and re.match(r"\d{3}", rest):
                found[direction].append(("response", rest[:3]))
    return found


def table(flowz, capture, name, options):
    with tempfile.TemporaryDirectory() as folder:
        prefix = os.path.join(folder, "x")
        words = [flowz, "-r", capture, "-w", prefix, "--plugins", "basicFlow,httpSniffer", "-q", "--no-config"]
        subprocess.run(words + [word for option in options for word in ("-o", "httpSniffer." + option)], check=False, stderr=subprocess.DEVNULL)
        with open(f"{prefix}_{name}.txt", encoding="utf-8", errors="replace") as file:
            names = file.readline().lstrip("%").rstrip("\n").split("\t")
            return [dict(zip(names, line.rstrip("\n").split("\t"))) for line in file]


def own(flowz, capture):
    """The same of ours."""
    found = collections.defaultdict(list)
    for row in table(flowz, capture, "httpmsg", ["HTTP_MESSAGES=1"]):
        messages = found[row["flowInd"] + row["dir"]]
        text = row["text"].strip('"')
        if row["what"] == "request":
            messages.append(("request", text.rsplit(" ", 1)[0]))
            messages.append(("head", row["length"]))
        elif row["what"] == "response":
            messages.append(("response", text.split(" ")[1]))
            messages.append(("head", row["length"]))
        elif row["what"] in ("body", "part"):
            messages.append(("body", row["length"]))
    return found


def is_within(few, many):
    """Whether the messages are among others, in order."""
    rest = iter(many)
    return all(one in rest for one in few)


def conversations(args, shared, wrong):
    """Compares with extract_http; yields how many messages agree."""
    count = 0
    for path in sorted(glob.glob(os.path.join(shared, "golden-tools/pcap_tcp_assembler/*.extract_http*"))):
        stem = os.path.basename(path).split(".")[0]
        captures = glob.glob(os.path.join(shared, "captures", stem + ".pcap*"))
        if args.captures not in stem or not captures:
            continue
        theirs, ours = golden(path), own(args.flowz, captures[0])
        for direction, messages in theirs.items():
            if any(is_within(messages, other) for other in ours.values()):
                count += len(messages)
            elif stem not in EXTRACT_HTTP:
                wrong.append(f"{stem} extract_http [{direction}]: not among ours: {messages[:6]}")
    return count


def objects(args, shared, wrong):
    """Compares with tshark; yields how many objects agree."""
    count = 0
    for path in sorted(glob.glob(os.path.join(shared, "golden-tools/tshark/*.http-objects.tsv*"))):
        stem = os.path.basename(path).split(".")[0]
        captures = [found for folder in ("captures", "more/captures") for found in glob.glob(os.path.join(shared, folder, stem + ".*"))]
        if args.captures not in stem or not captures:
            continue
        opened = gzip.open(path, "rt") if path.endswith(".gz") else open(path, encoding="utf-8")
        with opened as file:
            expected = list(csv.DictReader(file, delimiter="\t"))
        rows = table(args.flowz, captures[0], "http", ["HTTP_HASH=1"])
        hashes = collections.Counter(row[name] for row in rows for name in ("respSHA256", "respDecodedSHA256", "reqSHA256"))
        for row in expected:
            count += hashes[row["sha256"]] > 0
            if hashes[row["sha256"]] == 0 and stem not in TSHARK:
                wrong.append(f"{stem} tshark: no body {row['name']} of {row['size']} bytes, {row['sha256'][:16]}")
    return count


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--flowz", required=True)
    parser.add_argument("--captures", default="")
    parser.add_argument("folder")
    args = parser.parse_args()
    shared = os.path.join(args.folder, "..", "..")
    wrong = []
    messages, bodies = conversations(args, shared, wrong), objects(args, shared, wrong)
    for line in wrong:
        print(line)
    print(f"{messages} messages of extract_http, {bodies} objects of tshark, {len(wrong)} differ")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
