#!/usr/bin/env python3
"""Compares sslDecode with what tshark says of hellos in the shared captures.

    tls_tools.py --flowz PROGRAM FOLDER [--captures TEXT]

FOLDER is made/streams of the shared files. Beside it, in golden-tools/tshark/NAME.tls.tsv, are frames with a ClientHello or ServerHello: server name,
versions, JA3 and JA3S of each over TCP must be those of a row of ours, and of as many. Prints what differs; exit status 1 if anything does.
"""
import argparse
import collections
import csv
import glob
import os
import subprocess
import sys
import tempfile

# Captures in which something is not read.
UNREAD = {"arkime-pppoe": "a ClientHello in the form of SSL 2.0 (RFC 5246, appendix E.2) has no row, so its answer has none"}


def own(flowz, capture):
    """Client hellos and answers of the table `tls`."""
    clients, servers = collections.Counter(), collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        prefix = os.path.join(folder, "x")
        words = [flowz, "-r", capture, "-w", prefix, "--plugins", "basicFlow,sslDecode", "-q", "--no-config", "-o", "sslDecode.SSL_TABLE=1"]
        subprocess.run(words, check=False, stderr=subprocess.DEVNULL)
        with open(prefix + "_tls.txt", encoding="utf-8") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                clients[row["version"][2:], row["serverName"].strip('"'), row["ja3"]] += 1
                if row["ja3s"]:
                    servers[row["ja3s"]] += 1
    return clients, servers


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--flowz", required=True)
    parser.add_argument("--captures", default="")
    parser.add_argument("folder")
    args = parser.parse_args()
    shared = os.path.join(args.folder, "..", "..")
    wrong, count = [], 0
    for path in sorted(glob.glob(os.path.join(shared, "golden-tools/tshark/*.tls.tsv"))):
        stem = os.path.basename(path).split(".")[0]
        captures = glob.glob(os.path.join(shared, "captures", stem + ".*"))
        if args.captures not in stem or not captures:
            continue
        clients, servers = collections.Counter(), collections.Counter()
        with open(path, encoding="utf-8") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                if not row["tcp_stream"]:
                    continue
                if row["ja3"]:
                    clients[row["hs_version"].split(",")[0][2:], row["sni"], row["ja3"]] += 1
                if row["ja3s"]:
                    servers[row["ja3s"]] += 1
        for theirs, ours in zip((clients, servers), own(args.flowz, captures[0])):
            missing = theirs - ours
            count += sum(theirs.values()) - sum(missing.values())
            if stem not in UNREAD:
                wrong += [f"{stem}: not found: {hello}, {number} times" for hello, number in missing.items()]
    for line in wrong:
        print(line)
    print(f"{count} hellos of tshark agree, {len(wrong)} do not")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
