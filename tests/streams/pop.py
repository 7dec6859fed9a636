#!/usr/bin/env python3
"""Compares popDecode with a recorded conversation of POP3 and what damage leaves of it.

    pop.py --flowz PROGRAM FOLDER [--captures TEXT]

FOLDER has captures/ with pop3.pcap, in which nothing is missing, and streams.tsv, which says what is missing in the derived ones. Commands, replies and
mails are taken from the bytes of the former. Prints what differs; exit status 1 if anything does.
"""
import argparse
import collections
import csv
import hashlib
import os
import struct
import subprocess
import sys
import tempfile

LISTS = ("LIST", "UIDL", "CAPA")


def streams(path):
    """Bytes of the client and of the server of a capture in which nothing is missing and nothing comes twice."""
    data, both, at = open(path, "rb").read(), {True: b"", False: b""}, 24
    while at < len(data):
        length = struct.unpack_from("<I", data, at + 8)[0]
        frame, at = data[at + 16:at + 16 + length], at + 16 + length
        ip = frame[14:14 + struct.unpack_from("!H", frame, 16)[0]]
        tcp = ip[(ip[0] & 15) * 4:]
        both[struct.unpack_from("!H", tcp, 2)[0] == 110] += tcp[(tcp[12] >> 4) * 4:]
    return both[True], both[False]


def conversation(client, server):
    """Commands with their replies, and where all that is in the streams."""
    lines = client.split(b"\r\n")[:-1]
    items, sent, got = [], 0, 0
    for line in [None] + lines:
        name, _, argument = (line or b"").decode().partition(" ")
        end = server.index(b"\r\n", got) + 2
        status, _, reply = server[got:end - 2].decode().partition(" ")
        item = {"command": (name, argument) if line else ("(greeting)", ""), "sent": (sent, sent + len(line) + 2) if line else (0, 0),
                "reply": (status, reply), "got": (got, end), "text": None}
        if status == "+OK" and (name == "RETR" or name in LISTS and not argument):
            stop = server.index(b"\r\n.\r\n", end - 2) + 5
            item["text"] = (end, stop)
            if name == "RETR":
                mail = server[end:stop - 3].replace(b"\r\n..", b"\r\n.")
                subject = mail.partition(b"Subject: ")[2].partition(b"\r\n")[0].decode()
                item["mail"] = {"size": str(len(mail)), "sha256": hashlib.sha256(mail).hexdigest(), "subject": subject, "number": argument,
                                "announced": reply.split(" ")[0], "user": "ann", "complete": "1", "missing": "0"}
            end = stop
        items.append(item)
        sent, got = sent + (len(line) + 2 if line else 0), end
    return items


def table(path):
    text = lambda cell: cell.strip('"').replace('\\"', '"')
    with open(path, encoding="utf-8") as file:
        names = [name.lstrip("%") for name in file.readline().rstrip("\n").split("\t")]
        return [dict(zip(names, map(text, line.rstrip("\n").split("\t")))) for line in file]


def analyse(flowz, capture):
    """Commands and mails of each connection."""
    with tempfile.TemporaryDirectory() as folder:
        prefix = os.path.join(folder, "x")
        options = ["-o", "popDecode.POP_CMD_TABLE=1"]
        subprocess.run([flowz, "-r", capture, "-w", prefix, "--plugins", "basicFlow,popDecode", "-q", "--no-config"] + options, check=True)
        found = collections.OrderedDict()
        for kind in ("popCommands", "pop"):
            for row in table("%s_%s.txt" % (prefix, kind)):
                found.setdefault((row["flowInd"], row["conn"]), {"pop": [], "popCommands": []})[kind].append(row)
    return list(found.values())


def missing(row, whole):
    """Ranges that are missing of a direction."""
    if row is None:
        return [(0, whole)]
    length = int(row["stream_len"])
    if row["start"] == "mid":
        # From there to the end.
        first = [(0, whole - length)]
    else:
        first = [(length, whole)] if length < whole else []
    gaps = [tuple(map(int, gap.split("+"))) for gap in row["gaps"].split(";") if gap != "-"]
    shift = whole - length if row["start"] == "mid" else 0
    return first + [(shift + offset, shift + offset + size) for offset, size in gaps]


def compare(items, found, lost_sent, lost_got):
    hits = lambda lost, part: any(begin < part[1] and part[0] < end for begin, end in lost)
    within = lambda lost, part: any(begin <= part[0] and part[1] <= end for begin, end in lost)
    wrong, same, left, mails = [], 0, list(found["popCommands"]), list(found["pop"])
    for item in items:
        greeting = item["command"][0] == "(greeting)"
        has_command, has_reply = greeting or not hits(lost_sent, item["sent"]), not hits(lost_got, item["got"])
        if (has_command and not greeting) or has_reply:
            def fits(row):
                command = (row["command"], row["argument"]) == item["command"] if has_command else row["complete"] == "0"
                command = command or greeting and row["command"] == ""
                if has_reply:
                    reply = (row["status"], row["reply"], row["replyComplete"]) == item["reply"] + ("1",)
                else:
                    reply = row["status"] == "" or not within(lost_got, item["got"]) and row["replyComplete"] == "0"
                return command and reply
            row = next(filter(fits, left), None)
            if row is None:
                wrong.append("no %s with %s" % (item["command"] if has_command else None, item["reply"] if has_reply else None))
            else:
                left.remove(row)
                same += 1
        if "mail" not in item or not has_reply or hits(lost_got, item["text"]):
            continue
        right = dict(item["mail"])
        if not has_command:
            right["number"] = ""
            del right["user"], right["announced"]
        row = next((row for row in mails if row["sha256"] == right["sha256"]), None)
        if row is None:
            wrong.append("no mail %s" % right["number"])
            continue
        mails.remove(row)
        for name, value in right.items():
            # Who logs in may be missing, too.
            if row[name] == value or name == "user" and row[name] == "" and lost_sent:
                same += 1
            else:
                wrong.append("mail %s: %s %r, not %r" % (right["number"], name, row[name], value))
    wrong += ["%s %s with %s %s is too much" % (row["command"], row["argument"], row["status"], row["reply"])
              for row in left if row["complete"] == "1" and row["command"] != "(greeting)" or row["replyComplete"] == "1"]
    wrong += ["mail %s: complete, though it is damaged" % row["number"] for row in mails if row["complete"] == "1"]
    return wrong, same


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--flowz", required=True)
    parser.add_argument("--captures", default="")
    parser.add_argument("folder")
    args = parser.parse_args()
    folder = os.path.join(args.folder, "captures")
    client, server = streams(os.path.join(folder, "pop3.pcap"))
    items = conversation(client, server)
    known = collections.defaultdict(list)
    with open(os.path.join(args.folder, "streams.tsv"), encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            known[row["file"], row["dir"]].append(row)
    # Which bytes are forged in the place of others is not in the table.
    captures = sorted(name for name in os.listdir(folder) if name.startswith("pop3.") and args.captures in name and ".conflict_before." not in name)
    wrong, values = [], 0
    for name in captures:
        found = analyse(args.flowz, os.path.join(folder, name))
        # The same packets under two VLAN tags are one connection in the table, and two here.
        connections = 2 if ".reuse_" in name or ".vlan_dup." in name else 1
        if len(found) != connections:
            wrong.append("%s: %d connections, not %d" % (name, len(found), connections))
        row = lambda side, nth: (known[name, side] + [None, None])[min(nth, max(0, len(known[name, side]) - 1))]
        for nth, connection in enumerate(found):
            lines, same = compare(items, connection, missing(row("A", nth), len(client)), missing(row("B", nth), len(server)))
            wrong += ["%s: %s" % (name, line) for line in lines]
            values += same
    print("\n".join(wrong[:100]))
    print("pop: %d captures, %d values agree, %d wrong" % (len(captures), values, len(wrong)))
    sys.exit(1 if wrong or not captures else 0)


main()
