#!/usr/bin/env python3
"""Compares sshDecode with the expected beginnings of recorded and damaged SSH connections.

    ssh.py --flowz PROGRAM FOLDER [--captures TEXT]

FOLDER has ssh.tsv (recorded connections), messages.tsv (what is damaged in the derived ones) and captures/. Prints what differs; exit status 1 if
anything does.
"""
import argparse
import collections
import csv
import os
import subprocess
import sys
import tempfile

# Columns of ssh.tsv, columns of flowz; of the direction of the client (A), and of the server (B).
SIDES = {"A": [("client_banner", "sshVersion"), ("hassh", "sshHassh"), ("hassh_text", "sshHasshStr")],
         "B": [("server_banner", "sshVersion"), ("hassh_server", "sshHassh"), ("hassh_server_text", "sshHasshStr")]}
AGREED = [("kex", "sshKEX"), ("hostkey", "sshSrvHKeyAlgo"), ("cipher_c2s", "sshEncCS"), ("cipher_s2c", "sshEncSC"), ("mac_c2s", "sshMacCS"),
          ("mac_s2c", "sshMacSC"), ("compression_c2s", "sshCompCS"), ("compression_s2c", "sshCompSC")]


def rows(path):
    with open(path, encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def analyse(flowz, capture):
    """Flows with SSH: direction -> row."""
    with tempfile.TemporaryDirectory() as folder:
        prefix = os.path.join(folder, "x")
        options = ["-o", "sshDecode.SSH_HASSH_STR=1", "-o", "sshDecode.SSH_BUF_SIZE=4096"]
        subprocess.run([flowz, "-r", capture, "-w", prefix, "--plugins", "basicFlow,sshDecode", "-q", "--no-config"] + options, check=True)
        with open(prefix + "_flows.txt", encoding="utf-8") as file:
            names = file.readline().lstrip("%").rstrip("\n").split("\t")
            all_rows = [dict(zip(names, line.rstrip("\n").split("\t"))) for line in file]
    found = {}
    for row in all_rows:
        # A flow without a peer is A in the flow table.
        direction = "B" if row["srcPort"] == "22" else "A"
        found.setdefault(direction, row)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--flowz", required=True)
    parser.add_argument("--captures", default="")
    parser.add_argument("folder")
    args = parser.parse_args()
    expected = {row["file"].split(".")[0]: row for row in rows(os.path.join(args.folder, "ssh.tsv"))}
    damaged = collections.defaultdict(set)
    for row in rows(os.path.join(args.folder, "messages.tsv")):
        if row["proto"] == "ssh":
            damaged[row["file"]].add((row["dir"], row["message"]))
    captures = sorted(name for name in os.listdir(os.path.join(args.folder, "captures")) if name.split(".")[0] in expected and args.captures in name)
    wrong, values = [], 0
    for name in captures:
        found, whole = analyse(args.flowz, os.path.join(args.folder, "captures", name)), expected[name.split(".")[0]]
        # One side alone, or the middle: what is missing is not told by messages.tsv.
        sides = {"A": ".oneway_server." not in name, "B": ".oneway_client." not in name}
        middle = ".midstart." in name or ".snap." in name
        has = lambda side, message: sides[side] and not middle and (side, message) not in damaged[name]
        for side, columns in SIDES.items():
            row = found.get(side, {})
            begins = has(side, "identification")
            offers = begins and has(side, "KEXINIT")
            pairs = [pair for pair in columns if (begins if pair[1] == "sshVersion" else offers)]
            if all(has(one, message) for one in "AB" for message in ("identification", "KEXINIT")):
                pairs += AGREED
            for other, own in pairs:
                right = "" if whole[other] == "-" else whole[other]
                value = row.get(own, "").strip('"')
                values += 1
                if value != right:
                    wrong.append("%s %s %s: %r, not %r" % (name, side, own, value[:60], right[:60]))
            # What is missing must not be made up.
            for message, own in (("identification", "sshVersion"), ("KEXINIT", "sshHassh")):
                lost = (side, message) in damaged[name] and row.get(own, "").strip('"')
                if lost:
                    wrong.append("%s %s %s: %r, though it is not in the capture" % (name, side, own, lost[:60]))
    print("\n".join(wrong[:100]))
    print("ssh: %d captures, %d values, %d wrong" % (len(captures), values, len(wrong)))
    sys.exit(1 if wrong or not captures else 0)


main()
