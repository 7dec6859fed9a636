#!/usr/bin/env python3
"""Compares dnsDecode with the expected queries and responses of recorded and damaged conversations.

    dns.py --flowz PROGRAM FOLDER [--captures TEXT]

FOLDER has dns.tsv (recorded conversations, and damaged ones over UDP), messages.tsv (which messages over TCP are damaged in the derived captures)
and captures/. Prints what differs; exit status 1 if anything does.
"""
import argparse
import collections
import csv
import os
import re
import subprocess
import sys
import tempfile

# Columns of dns.tsv whose times a damage changes.
TIMES = ("latency_ns", "latency_last_try_ns")
# Those of the query, and of the response.
QUERY = ("query_flags", "query_edns", "tries")
RESPONSE = ("resp_flags", "rcode", "tc", "counts", "resp_size", "dup_answers", "answers") + TIMES
SAME = ("proto", "client", "server", "id", "name", "qtype", "qclass", "opcode")
TYPES = {"*": "ANY"}
RCODES = ("NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED")


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return [{name: plain(cell) for name, cell in row.items()} for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]


def plain(cell):
    """A cell without its escapes."""
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "t": "\t", "r": "\r"}.get(found[1], found[1]), cell)


def end(address, port):
    return ("[%s]:%s" if ":" in address else "%s:%s") % (address, port)


def text(cell):
    """A quoted text without quotes and escapes."""
    return plain(cell[1:-1] if cell[:1] == '"' else cell)


def texts(cell):
    """Quoted texts with one character between them."""
    out, at = [], 0
    while at < len(cell):
        to = at + 1
        while to < len(cell) and cell[to] != '"':
            to += 2 if cell[to] == "\\" else 1
        out.append(text(cell[at:to + 1]))
        at = to + 2
    return out


def nanos(cell):
    if not cell:
        return "-"
    sign = -1 if cell.startswith("-") else 1
    seconds, fraction = cell.lstrip("-").split(".")
    return str(sign * (int(seconds) * 10**9 + int(fraction)))


def own(row):
    """A row of flowz with the columns of dns.tsv."""
    name = text(row["dnsQuery"])
    is_asked, is_answered = row["dnsHdr"] != "", row["dnsRespHdr"] != ""
    kind = TYPES.get(row["dnsQType"], row["dnsQType"])
    lists = [texts(row["dnsAnames"]), row["dnsATypes"].split(";"), row["dnsTTLs"].split(";"), texts(row["dnsAnswers"])]
    answers = "|".join("%s %s %s %s" % answer for answer in zip(*lists)) if row["dnsTTLs"] else "-"
    flags = row["dnsRespHdr"] or row["dnsHdr"]
    repeated = int(row["dnsRespCnt"]) - 1 if is_answered and kind != "AXFR" else 0
    values = {
        "kind": "query" if is_asked else "unasked answer",
        "proto": {"6": "tcp", "17": "udp"}[row["l4Proto"]],
        "client": end(row["srcIP"], row["srcPort"]),
        "server": end(row["dstIP"], row["dstPort"]),
        "id": str(int(row["dnsID"], 16)),
        "name": (name or ".") if kind else "-",
        "qtype": kind or "-",
        "qclass": row["dnsQClass"] if kind else "-",
        "opcode": str(int(flags, 16) >> 11 & 15),
        "query_flags": row["dnsHdr"][2:] or "-",
        "query_edns": row["dnsOptSize"] or "-",
        "tries": row["dnsTries"] if is_asked else "-",
        "dup_answers": str(repeated),
        "latency_ns": nanos(row["dnsRTT"]),
        "latency_last_try_ns": nanos(row["dnsRTTLast"]),
        "answers": answers,
    }
    response = ("resp_flags", "rcode", "tc", "counts", "resp_size")
    values.update(dict.fromkeys(response, "-"))
    if is_answered:
        counts = row["dnsCntQu_Asw_Aux_Add"].replace("_", ",")
        shown = (row["dnsRespHdr"][2:], str(RCODES.index(row["dnsRcode"])), row["dnsTrunc"], counts, row["dnsRespSize"])
        values.update(zip(response, shown))
    missing = [row["dnsQMissing"], row["dnsRespMissing"]]
    return values, missing


def joined(answers):
    """The expected answers with the strings of TXT records as flowz shows them: not quoted, a blank between them."""
    out = []
    for answer in answers.split("|"):
        front, quote, strings = answer.partition(' "')
        if quote and front.split(" ")[1:2] == ["TXT"]:
            answer = front + " " + " ".join(string for string in texts('"' + strings) if string)
        out.append(answer)
    return "|".join(out)


def analyse(flowz, capture, folder):
    """Rows of the table, and the time of each packet."""
    prefix = os.path.join(folder, "x")
    subprocess.run([flowz, "-r", capture, "-w", prefix, "-s", "--plugins", "basicFlow,dnsDecode", "-q", "--no-config"], check=True)
    found = []
    for name in ("dns", "packets"):
        with open("%s_%s.txt" % (prefix, name), encoding="utf-8", newline="\n") as file:
            lines = [line.rstrip("\n").split("\t") for line in file]
        names = [column.lstrip("%") for column in lines[0]]
        found.append([dict(zip(names, line)) for line in lines[1:]])
    return found


class Comparison:
    def __init__(self):
        self.wrong, self.values = [], 0

    def equal(self, name, what, value, right):
        self.values += 1
        if value != right:
            self.wrong.append("%s %s: %r, not %r" % (name, what, value[:90], right[:90]))

    def row(self, name, wanted, values, columns):
        for column in columns:
            right = joined(wanted[column]) if column == "answers" else wanted[column]
            self.equal(name, "%s %s" % (wanted["id"], column), values[column], right)


def response_time(row):
    """When the response came: a fraction of nine digits as in packets."""
    total = int(nanos(row["time"])) + int(nanos(row["dnsRTT"] or "0.0"))
    return "%d.%09d" % divmod(total, 10**9)


def whole(compare, name, expected, found, packets):
    """A capture whose rows dns.tsv has."""
    times = {packet["pktNo"]: packet["time"] for packet in packets}
    left = [(own(row), (row["time"], response_time(row))) for row in found]
    cut = [row for row in expected if row["kind"] == "cut"]
    for wanted in expected:
        if wanted["kind"] == "cut":
            continue
        at = times[wanted["query_pkt"] if wanted["kind"] == "query" else wanted["resp_pkt"]]
        fits = [row for row in left if at in row[1] and row[0][0]["id"] == wanted["id"]]
        compare.equal(name, wanted["id"] + " row", str(len(fits)), "1")
        if not fits:
            continue
        left.remove(fits[0])
        (values, missing), _ = fits[0]
        columns = ("kind",) + SAME + QUERY + RESPONSE
        if cut and missing[1] not in ("", "0") and wanted["resp_pkt"] == "-":
            # Its response is there as far as it was captured.
            columns = ("kind",) + SAME + QUERY
        elif cut and values["kind"] == "query" and wanted["kind"] == "unasked answer":
            # The question of the response is that of its query, as far as that was captured.
            columns = SAME[:4] + RESPONSE[:-2]
        compare.row(name, wanted, values, columns)
    if not cut:
        compare.equal(name, "further rows", str(len(left)), "0")
        return
    # Each message that was cut is in a row with what is missing.
    sides = collections.Counter()
    for row in found:
        values, missing = own(row)
        for side, lost in zip((values["client"], values["server"]), missing):
            sides[side] += lost not in ("", "0")
    for wanted in cut:
        compare.equal(name, "cut from " + wanted["client"], str(sides[wanted["client"]] > 0), "True")
    compare.equal(name, "messages that were cut", str(sum(sides.values())), str(len(cut)))


def damaged(compare, name, expected, found, lost):
    """A capture derived from one over TCP: its rows are those of the recorded one, but for messages that are not whole."""
    expected = [row for row in expected if row["proto"] == "tcp"]
    # Ports that are used again, and packets of two VLANs, which are flows of their own.
    again = 2 if ".reuse_" in name or ".vlan_dup." in name else 1
    one_way = {".oneway_client.": "B", ".oneway_server.": "A"}
    gone = {side for text, side in one_way.items() if text in name}
    rows = [own(row) for row in found if row["l4Proto"] == "6"]
    for number, wanted in enumerate(expected, 1):
        fits = [row for row in rows if row[0]["id"] == wanted["id"]]
        states = [lost.get(("A", number)), lost.get(("B", number))]
        states = ["absent" if side in gone else state for side, state in zip("AB", states)]
        if states == ["absent", "absent"] or not fits and "hole" in states and None not in states:
            compare.equal(name, wanted["id"] + " rows", str(len(fits)), "0")
            continue
        if states[0] and not fits and states[1] == "hole" or states[1] and not fits and states[0] == "hole":
            continue
        compare.equal(name, wanted["id"] + " rows", str(len(fits)), str(again))
        for values, missing in fits:
            asked = "unasked answer" if states[0] == "absent" else "query"
            if states[0] == "hole" and values["kind"] != asked:
                asked = "unasked answer"
            compare.equal(name, wanted["id"] + " kind", values["kind"], asked)
            if states[0] is None:
                compare.row(name, wanted, values, SAME + ("query_flags", "query_edns", "tries"))
                compare.equal(name, wanted["id"] + " missing of the query", missing[0], "0")
            if states[1] is None:
                compare.row(name, wanted, values, SAME + RESPONSE[:-2])
                compare.equal(name, wanted["id"] + " missing of the response", missing[1], "0")
            elif states[1] == "absent":
                compare.equal(name, wanted["id"] + " response", values["resp_flags"], "-")
            elif states[1] == "hole" and values["resp_flags"] != "-":
                compare.equal(name, wanted["id"] + " says what is missing", str(missing[1] not in ("", "0")), "True")
    known = {row["id"] for row in expected}
    compare.equal(name, "further rows", str([row[0]["id"] for row in rows if row[0]["id"] not in known]), "[]")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--flowz", required=True)
    parser.add_argument("--captures", default="")
    parser.add_argument("folder")
    args = parser.parse_args()
    by_file = collections.defaultdict(list)
    for row in rows(os.path.join(args.folder, "dns.tsv")):
        by_file[row["file"]].append(row)
    lost = collections.defaultdict(dict)
    for row in rows(os.path.join(args.folder, "messages.tsv")):
        if row["proto"] == "dns":
            lost[row["file"]][row["dir"], int(row["nr"])] = row["state"]
    folder = os.path.join(args.folder, "captures")
    names = sorted(name for name in os.listdir(folder) if name.startswith("dns_") and args.captures in name)
    compare = Comparison()
    for name in names:
        with tempfile.TemporaryDirectory() as scratch:
            found, packets = analyse(args.flowz, os.path.join(folder, name), scratch)
        if name in by_file:
            whole(compare, name, by_file[name], found, packets)
        else:
            damaged(compare, name, by_file[name.split(".")[0] + ".pcap"], found, lost[name])
    print("\n".join(compare.wrong[:100]))
    print("dns: %d captures, %d values, %d wrong" % (len(names), compare.values, len(compare.wrong)))
    sys.exit(1 if compare.wrong or not names else 0)


main()
