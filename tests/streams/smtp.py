#!/usr/bin/env python3
"""Compares smtpDecode with the expected commands, replies and mails of recorded and damaged conversations.

    smtp.py --flowz PROGRAM FOLDER [--captures TEXT]

FOLDER has smtp.tsv (recorded conversations), messages.tsv (what is damaged in the derived ones) and captures/. Prints what differs; exit status 1
if anything does.

In messages.tsv the numbers of direction A are those of commands, and behind them those of mails; the numbers of direction B are one more than those of
the commands, as the greeting is the first reply.
"""
import argparse
import collections
import csv
import os
import subprocess
import sys
import tempfile

NAMES = {"(end of data)": "(end)"}


def rows(path):
    with open(path, encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def table(path):
    """Rows of a text table as dictionaries, their texts without quotes."""
    def text(cell):
        return ";".join(part.strip('"') for part in cell.split(";")).replace('\\"', '"')
    with open(path, encoding="utf-8") as file:
        names = [name.lstrip("%") for name in file.readline().rstrip("\n").split("\t")]
        return [dict(zip(names, map(text, line.rstrip("\n").split("\t")))) for line in file]


def analyse(flowz, capture):
    """Commands and mails of each connection."""
    with tempfile.TemporaryDirectory() as folder:
        prefix = os.path.join(folder, "x")
        options = ["-o", "smtpDecode.SMTP_CMD_TABLE=1"]
        subprocess.run([flowz, "-r", capture, "-w", prefix, "--plugins", "basicFlow,smtpDecode", "-q", "--no-config"] + options, check=True)
        found = collections.OrderedDict()
        for kind in ("smtpCommands", "smtp"):
            for row in table("%s_%s.txt" % (prefix, kind)):
                found.setdefault((row["flowInd"], row["conn"]), {"smtp": [], "smtpCommands": []})[kind].append(row)
    return list(found.values())


class Expected:
    """What is to be found of one recorded conversation, with what is damaged in a derived one."""

    def __init__(self, whole, damaged):
        blank = lambda cell: "" if cell == "-" else cell
        self.items, self.mails, envelope = [], [], None
        commands = [row for row in whole if row["kind"] != "mail"]
        count = sum(row["kind"] == "command" for row in commands)
        for row in commands:
            nr = int(row["nr"])
            greeting = row["kind"] == "greeting"
            # A line whose forged end is none goes on in the next one.
            joined = damaged.get(("A", nr - 1)) == "forged"
            name = "(greeting)" if greeting else NAMES.get(row["command"], row["command"])
            has_command, has_reply = greeting or ("A", nr) not in damaged and not joined, ("B", nr + 1) not in damaged
            item = {"command": (name, blank(row["argument"])) if has_command else None, "greeting": greeting,
                    "reply": (row["code"], blank(row["reply"])) if has_reply else None, "latency": row["latency_ns"],
                    "lost": damaged.get(("A", nr)), "lost_reply": damaged.get(("B", nr + 1))}
            self.items.append(item)
            forged = damaged.get(("A", nr)) == "forged"
            address = row["argument"].partition(":")[2].split(" ")[0].strip("<>") or "<>"
            if row["command"] == "MAIL":
                envelope = {"sender": address if has_command else "", "recipients": [], "refused": []}
            elif row["command"] == "RCPT" and has_command:
                refused = has_reply and row["code"] >= "400"
                envelope["refused" if refused else "recipients"].append(address)
            elif row["command"] == "RCPT" and forged:
                envelope["forged"] = True
            elif row["command"] == "(end of data)":
                nr = count + len(self.mails) + 1
                mail = [row for row in whole if row["kind"] == "mail"][len(self.mails)]
                self.mails.append(dict(envelope, state=damaged.get(("A", nr)), size=mail["size"], sha256=mail["body_sha256"],
                                       subject=mail["subject"], reply=item["reply"]))


def compare_commands(expected, found, exact):
    """Differences, and how many values agree."""
    wrong, same, left = [], 0, list(found)
    for item in expected.items:
        if item["command"] is None and item["reply"] is None or item["greeting"] and item["reply"] is None:
            continue

        def fits(row):
            if item["lost"] == "forged":
                command = True
            elif item["command"] is None:
                # Perhaps a part of the command, but no other one.
                command = row["command"] in ("", "(end)") or row["complete"] == "0"
            else:
                command = (row["command"], row["argument"]) == item["command"] and (row["complete"] == "1" or item["greeting"])
                command = command or item["greeting"] and row["command"] == ""
            if item["reply"] is None:
                reply = row["code"] == "" or item["lost_reply"] != "absent" and row["replyComplete"] == "0"
                # The last lines of a reply in several ones.
                reply = reply or item["lost_reply"] == "hole"
            else:
                reply = (row["code"], row["reply"]) == item["reply"] and row["replyComplete"] == "1"
            return command and reply
        row = next(filter(fits, left), None)
        if row is None:
            wrong.append("no %s with %s" % (item["command"], item["reply"]))
            continue
        left.remove(row)
        same += 1
        if exact and not item["greeting"]:
            seconds, _, fraction = row["latency"].partition(".")
            if int(seconds) * 10**9 + int(fraction) != int(item["latency"]):
                wrong.append("%s: %s s, not %s ns" % (item["command"], row["latency"], item["latency"]))
            same += 1
    forged = any("forged" in (item["lost"], item["lost_reply"]) for item in expected.items)
    for row in left:
        has_command = row["complete"] == "1" and row["command"] not in ("(greeting)", "(end)")
        lost = ("lost", "lost_reply")
        partly = any(item[one] == "hole" for item in expected.items for one in lost)
        if (has_command or row["replyComplete"] == "1" and not partly) and not forged:
            wrong.append("%s %s with %s %s is too much" % (row["command"], row["argument"], row["code"], row["reply"]))
    return wrong, same


def compare_mails(expected, found):
    wrong, same, left = [], 0, list(found)
    for mail in expected.mails:
        if mail["state"]:
            continue
        row = next((row for row in left if row["sha256"] == mail["sha256"]), None)
        if row is None:
            wrong.append("no mail %s" % mail["subject"])
            continue
        left.remove(row)
        pairs = [("sender", mail["sender"]), ("recipients", ";".join(mail["recipients"])), ("refused", ";".join(mail["refused"])),
                 ("size", mail["size"]), ("subject", mail["subject"]), ("complete", "1"), ("missing", "0")]
        if mail.get("forged"):
            pairs = [pair for pair in pairs if pair[0] != "recipients"]
        pairs += [("code", mail["reply"][0]), ("reply", mail["reply"][1])] if mail["reply"] else []
        for name, right in pairs:
            if row[name] == right:
                same += 1
            else:
                wrong.append("mail %s: %s %r, not %r" % (mail["subject"], name, row[name], right))
    if len(left) > sum(mail["state"] is not None for mail in expected.mails):
        wrong.append("too many mails")
    for row in left:
        if row["complete"] == "1" and not any(mail["state"] == "forged" for mail in expected.mails):
            wrong.append("mail %s: complete, though it is damaged" % row["subject"])
    return wrong, same


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--flowz", required=True)
    parser.add_argument("--captures", default="")
    parser.add_argument("folder")
    args = parser.parse_args()
    whole, damaged = collections.defaultdict(list), collections.defaultdict(dict)
    for row in rows(os.path.join(args.folder, "smtp.tsv")):
        whole[row["file"].split(".")[0]].append(row)
    for row in rows(os.path.join(args.folder, "messages.tsv")):
        if row["proto"] == "smtp":
            damaged[row["file"]][row["dir"], int(row["nr"])] = row["state"]
    captures = sorted(name for name in os.listdir(os.path.join(args.folder, "captures")) if name.split(".")[0] in whole and args.captures in name)
    wrong, values = [], 0
    for name in captures:
        found = analyse(args.flowz, os.path.join(args.folder, "captures", name))
        expected = Expected(whole[name.split(".")[0]], damaged[name])
        # The same ports twice, and the same packets under two VLAN tags.
        connections = 2 if ".reuse_" in name or ".vlan_dup." in name else 1
        nothing = all((item["command"] is None or item["greeting"]) and item["reply"] is None for item in expected.items)
        if len(found) != connections and not nothing:
            wrong.append("%s: %d connections, not %d" % (name, len(found), connections))
        for connection in found:
            exact = name.count(".") == 1
            for lines, same in (compare_commands(expected, connection["smtpCommands"], exact), compare_mails(expected, connection["smtp"])):
                wrong += ["%s: %s" % (name, line) for line in lines]
                values += same
    print("\n".join(wrong[:100]))
    print("smtp: %d captures, %d values agree, %d wrong" % (len(captures), values, len(wrong)))
    sys.exit(1 if wrong or not captures else 0)


main()
