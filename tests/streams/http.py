#!/usr/bin/env python3
"""Compares httpSniffer with the expected requests and responses of recorded and damaged connections.

    http.py --flowz PROGRAM FOLDER [--captures TEXT]

FOLDER has http.tsv (recorded connections), http_damaged.tsv (what is left of them in the derived ones) and captures/. Prints what differs; exit
status 1 if anything does.
"""
import argparse
import collections
import csv
import os
import subprocess
import sys
import tempfile

# Columns of http.tsv, columns of flowz.
VALUES = [("version", "version"), ("method", "method"), ("host", "host"), ("uri", "uri"), ("user_agent", "userAgent"), ("cookie", "cookie"),
          ("referer", "referer"), ("req_ctype", "reqType"), ("req_head_len", "reqHead"), ("req_body_len", "reqBody"), ("interim", "interim"),
          ("status", "status"), ("resp_ctype", "respType"), ("coding", "coding"), ("location", "location"), ("server", "server"),
          ("content_range", "contentRange"), ("resp_head_len", "respHead"), ("resp_body_wire_len", "respWire"), ("resp_body_len", "respBody"),
          ("resp_decoded_len", "respDecoded"), ("req_start", "reqOffset"), ("resp_start", "respOffset"), ("req_body_sha256", "reqSHA256"),
          ("resp_body_sha256_raw", "respSHA256"), ("resp_body_sha256_decoded", "respDecodedSHA256")]
PLACES = ["req_first", "req_last", "resp_first", "resp_last"]
# Of a capture that has one side, or not the beginning, some things are not to be known.
PARTIAL = (".oneway_server.", ".oneway_client.", ".midstart.")


def rows(path):
    with open(path, encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def plain(value):
    """A cell of flowz as the tables have it."""
    if len(value) >= 2 and value[0] == value[-1] == '"':
        value = value[1:-1]
    return value or "-"


def analyse(flowz, capture):
    """The rows of the table `http`."""
    with tempfile.TemporaryDirectory() as folder:
        prefix = os.path.join(folder, "x")
        options = ["-o", "httpSniffer.HTTP_HASH=1"]
        subprocess.run([flowz, "-r", capture, "-w", prefix, "--plugins", "basicFlow,httpSniffer", "-q", "--no-config"] + options, check=True)
        with open(prefix + "_http.txt", encoding="utf-8") as file:
            names = file.readline().lstrip("%").rstrip("\n").split("\t")
            found = [dict(zip(names, map(plain, line.rstrip("\n").split("\t")))) for line in file]
    for row in found:
        places = row["reqFirst_reqLast_respFirst_respLast"].split("_")
        row.update({name: "-" if place == "0" else place for name, place in zip(PLACES, places)})
    return found


class Check:
    def __init__(self):
        self.wrong, self.values = [], 0

    def equal(self, what, expected, own):
        self.values += 1
        if expected != own:
            self.wrong.append(f"{what}: {expected} expected, {own} found")

    def recorded(self, name, expected, found):
        """Everything that is to be known of a whole capture."""
        by_place = {(row["req_first"], row["resp_first"], row["reqOffset"]): row for row in found}
        self.equal(f"{name} rows", str(len(expected)), str(len(found)))
        for row in expected:
            what = f"{name} {row['conn']}.{row['nr']}"
            own = by_place.get((row["req_first"], row["resp_first"], row["req_start"]))
            if own is None:
                self.wrong.append(f"{what}: not found")
                continue
            for column, own_column in VALUES:
                self.equal(f"{what} {column}", row[column], normal(own_column, own))
            self.places(what, row, own)

    def places(self, what, row, own):
        for place in PLACES:
            self.equal(f"{what} {place}", row[place], own[place])
        for column, own_column in (("latency_ns", "latency"), ("total_ns", "total")):
            nanos = "-" if own[own_column] == "-" else str(round(float(own[own_column]) * 1e9))
            self.equal(f"{what} {column}", row[column], nanos)

    def damaged(self, name, expected, found):
        """Of a damaged capture: what is whole, what is missing, and no wrong pairs."""
        # A forged head may swallow the next one: that is what a receiver reads that takes the first bytes.
        if any(row["req_state"] == "head-forged" or (row["resp_state"] == "head-forged" and name.startswith("http2")) for row in expected):
            return
        one_sided = any(kind in name for kind in PARTIAL)
        by_request = collections.defaultdict(list)
        for row in found:
            by_request[row["req_first"] + " " + row["uri"]].append(row)
        by_response = collections.defaultdict(list)
        for row in found:
            by_response[row["resp_first"]].append(row)
        for row in expected:
            what = f"{name} {row['conn']}.{row['nr']}"
            states = (row["req_state"], row["resp_state"])
            # Two that are alike may begin in one packet.
            alike = by_request[row["req_first"] + " " + row["uri"]] if row["req_state"] in ("whole", "body-hole", "body-forged") else []
            own = next((one for one in alike if one["resp_first"] == row["resp_first"]), alike[0] if alike else None)
            if own is None and states[0] in ("whole", "body-hole", "body-forged"):
                if not one_sided or states[0] == "whole":
                    self.wrong.append(f"{what}: request not found {states}")
                continue
            if own is None and states[1] in ("whole", "body-hole"):
                candidates = [o for o in by_response[row["resp_first"]] if o["status"] == row["status"]]
                if not candidates and not one_sided:
                    self.wrong.append(f"{what}: response not found {states}")
                elif candidates and all(o["state"] == "complete" for o in candidates):
                    self.wrong.append(f"{what}: a request that is none {states}")
                self.values += 1
                continue
            if own is None:
                continue
            self.equal(f"{what} method", row["method"], own["method"])
            if states[1] == "absent":
                self.equal(f"{what} response", "-", own["status"])
            elif states[1] in ("head-hole", "after-hole", "head-forged"):
                if own["status"] != "-" and own["resp_first"] != row["resp_first"]:
                    self.wrong.append(f"{what}: response of another request {states}")
            else:
                self.equal(f"{what} status", row["status"], own["status"])
                # All bytes of a forged body are there: that some came twice with other values is told by tcpStream.
                # And a body that ends with the connection has no end where that is not in the capture.
                is_open = "reuse_long" in name and own["framing"] == "close"
                if is_open:
                    continue
                if "body-forged" not in states:
                    self.equal(f"{what} complete", row["complete"], "yes" if own["state"] == "complete" else "no")
                self.equal(f"{what} resp_first", row["resp_first"], own["resp_first"])
                if row["framing_broken"] == "no":
                    if "rst_" not in name and not one_sided:
                        self.equal(f"{what} resp_missing", row["resp_missing"], own["respMissing"])
                    if row["complete"] == "yes":
                        self.equal(f"{what} sha256", row["resp_body_sha256_raw"], own["respSHA256"])
            if states == ("whole", "whole"):
                self.places(what, row, own)


def normal(column, row):
    value = row[column]
    if column == "respDecoded" and value == "-":
        return "0"
    return value


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--flowz", required=True)
    parser.add_argument("--captures", default="")
    parser.add_argument("folder")
    args = parser.parse_args()
    expected = collections.defaultdict(list)
    for name in ("http.tsv", "http_damaged.tsv"):
        for row in rows(os.path.join(args.folder, name)):
            expected[row["file"]].append(row)
    names = sorted(os.listdir(os.path.join(args.folder, "captures")))
    captures = [name for name in names if args.captures in name and (name in expected or name.removesuffix(".zst") in expected)]
    check = Check()
    for name in captures:
        found = analyse(args.flowz, os.path.join(args.folder, "captures", name))
        rows_of = expected.get(name) or expected[name.removesuffix(".zst")]
        if "base_file" in rows_of[0]:
            check.damaged(name, rows_of, found)
        else:
            check.recorded(name, rows_of, found)
    for line in check.wrong:
        print(line)
    print(f"{len(captures)} captures, {check.values} values, {len(check.wrong)} differ")
    sys.exit(1 if check.wrong or not captures else 0)


if __name__ == "__main__":
    main()
