#!/usr/bin/env python3
"""Compares ftpDecode with the expected commands, replies and transfers of recorded and damaged FTP connections.

    ftp.py --flowz PROGRAM FOLDER [--captures TEXT]

FOLDER has ftp.tsv (recorded connections), messages.tsv (what is damaged in the derived ones), streams.tsv (what of each connection is there)
and captures/. Prints what differs; exit status 1 if anything does.
"""
import argparse
import collections
import csv
import hashlib
import os
import subprocess
import sys
import tempfile


def rows(path):
    with open(path, encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def table(path):
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        names = file.readline().lstrip("%").rstrip("\n").split("\t")
        return [dict(zip(names, line.rstrip("\n").split("\t"))) for line in file]


def text(cell):
    """A quoted cell as it is."""
    return cell[1:-1].replace('\\"', '"').replace("\\\\", "\\") if cell.startswith('"') else cell


def texts(cell):
    return " / ".join(text(part) for part in cell.replace('";"', '"\0"').split("\0")) if cell else ""


def end(address, port):
    return ("[%s]:%s" if ":" in address else "%s:%s") % (address, port)


class Capture:
    """What flowz says of a capture."""

    def __init__(self, flowz, path):
        with tempfile.TemporaryDirectory() as folder:
            prefix = os.path.join(folder, "x")
            options = ["FTP_TABLE=1", "FTP_DATA_TABLE=1", "FTP_SAVE=1", "FTP_MXNMLN=512"]
            options = [word for option in options for word in ("-o", "ftpDecode." + option)]
            subprocess.run([flowz, "-r", path, "-w", prefix, "--plugins", "basicFlow,ftpDecode", "-q", "--no-config"] + options, check=True)
            self.flows = table(prefix + "_flows.txt")
            self.commands = table(prefix + "_ftp.txt")
            self.data = table(prefix + "_ftpData.txt")
            files = prefix + "_files/ftpDecode"
            self.files = {}
            for name in os.listdir(files) if os.path.isdir(files) else []:
                with open(os.path.join(files, name), "rb") as file:
                    self.files[name] = hashlib.sha256(file.read()).hexdigest()
        self.ends = {}
        for row in self.flows:
            key = (end(row["srcIP"], row["srcPort"]), end(row["dstIP"], row["dstPort"]))
            self.ends.setdefault(key, row["flowInd"])

    def number(self, client, server):
        return self.ends.get((client, server)) or self.ends.get((server, client))


def lost(messages, side, names):
    """Which of these messages, by name and number in their direction, are not whole."""
    return {int(row["nr"]) for row in messages if row["dir"] == side and row["message"] in names}


class Compare:
    def __init__(self):
        self.wrong, self.values = [], 0

    def same(self, where, value, right):
        self.values += 1
        if value != right:
            self.wrong.append("%s: %r, not %r" % (where, value, right))

    def connection(self, name, found, expected, messages, streams):
        """A control connection: the commands of which both they and their replies are whole, and their data connections."""
        control = found.number(expected[0]["client"], expected[0]["server"])
        own = [row for row in found.commands if row["flowInd"] == control]
        # The code of a reply is known if its first bytes and the blank behind it are there.
        is_lost = {side: {int(row["nr"]) for row in messages if row["dir"] == side} for side in "AB"}
        is_cut = {int(row["nr"]) for row in messages if row["dir"] == "B" and int(row["length"]) - int(row["missing"]) >= 4 and ".snap." in name}
        is_lost["codes"] = is_lost["B"] - is_cut
        # Each command that is whole is there, in order; replies are those of messages.tsv that are.
        reply_number, at = 0, 0
        for row in expected:
            codes = [] if row["codes"] == "-" else row["codes"].split(",")
            numbers = list(range(reply_number + 1, reply_number + 1 + len(codes)))
            reply_number += len(codes)
            captured = [code for code, number in zip(codes, numbers) if number not in is_lost["codes"]]
            whole_replies = is_lost["B"].isdisjoint(numbers)
            whole = row["command"] == "-" or int(row["nr"]) not in is_lost["A"]
            where = "%s %s %s" % (name, row["nr"], row["command"])
            if row["command"] == "-":
                if captured:
                    self.reply(where, own[0] if own else {}, captured, row, whole_replies)
                continue
            if not whole:
                # What is missing must not be made up; replies to it stand alone.
                continue
            verb, argument = row["command"], "" if row["argument"] == "-" else row["argument"]
            match = next((n for n in range(at, len(own)) if own[n]["command"] == verb and text(own[n]["argument"]) == argument), None)
            self.same(where, match is not None, True)
            if match is None:
                continue
            at = match + 1
            self.reply(where, own[match], captured, row, whole_replies)
            if row["data_conn"] != "-":
                self.transfer(where, name, found, own[match], row, control, captured, streams, is_lost, expected)
        count = sum(1 for row in expected if row["command"] != "-" and int(row["nr"]) not in is_lost["A"])
        self.same(name + " commands", sum(1 for row in own if row["command"]), count)
        codes = sum(len(row["codes"].split(",")) for row in expected if row["codes"] != "-") - len(is_lost["codes"])
        self.same(name + " replies", sum(len(row["codes"].split(";")) for row in own if row["codes"]), codes)

    def reply(self, where, own, captured, row, whole):
        self.same(where + " codes", own.get("codes", "").replace(";", ","), ",".join(captured))
        if whole and captured:
            self.same(where + " reply", texts(own.get("replies", "")), row["reply"])

    def transfer(self, where, name, found, own, row, control, captured, streams, is_lost, expected):
        """A data connection, if what announces it is there."""
        number = int(row["nr"])
        if not announced(expected, number, is_lost):
            return
        data = found.number(row["data_from"], row["data_to"])
        if data is None:
            return
        if not captured:
            # The command is over before the connection begins, or without replies.
            return
        self.same(where + " data flow", own["dataFlow"], data)
        self.same(where + " mode", own["mode"], row["data_mode"])
        links = {flow["ftpCDFindex"] for flow in found.flows if flow["flowInd"] == data}
        self.same(where + " control flow", links, {control})
        sender = (row["data_from"], row["data_to"]) if row["data_dir"] == "A" else (row["data_to"], row["data_from"])
        stream = next((stream for stream in streams if (stream["src"], stream["dst"]) == sender), None)
        side = next((r for r in found.data if r["flowInd"] == data and r["command"] == row["command"]), None)
        if stream is None or stream["start"] == "mid":
            return
        if side is None:
            self.same(where + " data row", stream["packets"], "0")
            return
        self.same(where + " bytes", side["bytes"], stream["bytes"])
        self.same(where + " missing", side["missing"], stream["gap_bytes"])
        self.same(where + " name", text(side["name"]), "" if row["argument"] == "-" else row["argument"])
        if stream["sha256"] != "-" and stream["bytes"] != "0":
            self.same(where + " file", found.files.get(text(side["file"])), stream["sha256"])


def announced(expected, number, is_lost):
    """Whether what tells of a transfer's data connection is in the capture: PORT or EPRT, or the reply to PASV or EPSV."""
    reply, told = 0, None
    for row in expected:
        codes = [] if row["codes"] == "-" else row["codes"].split(",")
        if row["command"] in ("PORT", "EPRT"):
            told = int(row["nr"]) not in is_lost["A"]
        elif row["command"] in ("PASV", "EPSV"):
            told = reply + 1 not in is_lost["B"]
        if row["nr"] == str(number):
            return told
        reply += len(codes)
    return False


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--flowz", required=True)
    parser.add_argument("--captures", default="")
    parser.add_argument("folder")
    args = parser.parse_args()
    expected = collections.defaultdict(lambda: collections.defaultdict(list))
    for row in rows(os.path.join(args.folder, "ftp.tsv")):
        expected[row["file"].split(".")[0]][row["conn"]].append(row)
    damaged = collections.defaultdict(list)
    for row in rows(os.path.join(args.folder, "messages.tsv")):
        if row["proto"] == "ftp":
            damaged[row["file"]].append(row)
    streams = collections.defaultdict(list)
    for row in rows(os.path.join(args.folder, "streams.tsv")):
        streams[row["file"]].append(row)
    captures = sorted(name for name in os.listdir(os.path.join(args.folder, "captures")) if name.split(".")[0] in expected and args.captures in name)
    compare = Compare()
    for name in captures:
        found = Capture(args.flowz, os.path.join(args.folder, "captures", name))
        for all_rows in expected[name.split(".")[0]].values():
            # Connections are numbered as in the file at hand.
            numbers = {row["conn"] for row in streams[name] if {row["src"], row["dst"]} == {all_rows[0]["client"], all_rows[0]["server"]}}
            messages = [row for row in damaged[name] if row["conn"] in numbers]
            compare.connection(name, found, all_rows, messages, streams[name])
    print("\n".join(compare.wrong[:100]))
    print("ftp: %d captures, %d values, %d wrong" % (len(captures), compare.values, len(compare.wrong)))
    sys.exit(1 if compare.wrong or not captures else 0)


main()
