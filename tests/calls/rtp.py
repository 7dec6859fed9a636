#!/usr/bin/env python3
"""Compares rtpDecode's tables with the expected streams and reports of calls, and with tshark's list of streams:
rtp.py --flowz PROGRAM FOLDER [--captures TEXT]

FOLDER has streams.tsv, rtcp.tsv and captures/. Each capture has to have the streams of streams.tsv and no others, and the reports of rtcp.tsv, value by
value. Values of streams.tsv that need signalling are compared where flowz has the plugin for it. Prints what differs, and as the last line how many values are
equal; exit 1 if something differs without a reason."""
import argparse, csv, pathlib, subprocess, sys, tempfile

SIGNALLING = ["sipDecode", "h323Decode"]
PLAIN = {"clock": "clock", "packets": "pkts", "unique": "unique", "expected": "expected", "lost": "lost", "lost_rfc": "lostRFC", "duplicates": "dups",
         "reordered": "reordered", "first_seq": "firstSeq", "last_seq": "lastSeq", "markers": "markers", "payload_octets": "bytes",
         "jitter_int_units": "jitterTicks", "tshark_packets": "pkts"}
MILLIS = {"jitter_ms": "jitter", "jitter_audio_ms": "jitterMedia", "jitter_max_ms": "jitterMax", "jitter_mean_ms": "jitterMean"}
SHOWN = {"tshark_jitter_min_ms": "wsJitterMin", "tshark_jitter_mean_ms": "wsJitterMean", "tshark_jitter_max_ms": "wsJitterMax"}
REPORT = {"time_ns": "time", "ssrc": "ssrc", "kind": "kinds", "sr_packets": "sentPkts", "sr_octets": "sentBytes"}
XR = {"loss": ("xrLoss_discard_burst_gap", 0), "discard": ("xrLoss_discard_burst_gap", 1), "burst_density": ("xrLoss_discard_burst_gap", 2),
      "gap_density": ("xrLoss_discard_burst_gap", 3), "burst_ms": ("xrBurstDur_gapDur", 0), "gap_ms": ("xrBurstDur_gapDur", 1), "rtd_ms": ("xrRTD_ESD", 0),
      "esd_ms": ("xrRTD_ESD", 1), "signal": ("xrSignal_noise", 0), "noise": ("xrSignal_noise", 1), "rerl": ("xrRERL", 0), "gmin": ("xrGmin", 0),
      "r": ("xrR_extR", 0), "ext_r": ("xrR_extR", 1), "mos_lq": ("xrMOSLQ_CQ", 0), "mos_cq": ("xrMOSLQ_CQ", 1), "rxcfg": ("xrRXConfig", 0),
      "jb_nom": ("xrJBNom_max_abs", 0), "jb_max": ("xrJBNom_max_abs", 1), "jb_abs": ("xrJBNom_max_abs", 2), "about": ("xrSSRC", 0)}
# Values of streams.tsv that depend on names of dynamic payload types.
OF_NAMES = {"codecs", "dtmf", "jitter_audio_ms", *SHOWN}

class Tally:
    "Values that are equal, differ, and differ with a reason."
    def __init__(self): self.equal = self.differ = self.explained = 0
    def value(self, where, got, value, equal, reason=None):
        if equal: self.equal += 1
        elif reason:
            self.explained += 1
            print("%s: %r, not %r: %s" % (where, got, value, reason))
        else:
            self.differ += 1
            print("%s: %r, not %r" % (where, got, value))

def rows(path):
    with open(path, newline="", encoding="utf-8") as file: return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))

def table(path):
    lines = path.read_text(encoding="utf-8").split("\n") if path.exists() else [""]
    head = lines[0].lstrip("%").split("\t")
    return [dict(zip(head, line.split("\t"))) for line in lines[1:] if line]

def nanos(time):
    seconds, fraction = time.split(".")
    return seconds + fraction

def near(got, value, most):
    return bool(got) and bool(value) and abs(float(got) - float(value)) <= most

def run(flowz, capture, plugins):
    "Both tables of a capture."
    with tempfile.TemporaryDirectory() as out:
        command = [flowz, "--no-config", "-r", capture, "-w", out + "/x", "-q", "--plugins", ",".join(plugins)]
        subprocess.run(command, check=True)
        return table(pathlib.Path(out, "x_rtp.txt")), table(pathlib.Path(out, "x_rtcp.txt"))

def codecs(row):
    "Codecs as streams.tsv has them, by payload type."
    names = [name.strip('"') for name in row["codecs"].split(";")]
    known = {"L16": "L16/" + row["clock"], "TELEPHONE-EVENT": "telephone-event"}
    by_type = sorted(zip(map(int, row["types"].split(";")), names))
    return ",".join(str(n) for n, _ in by_type), ",".join(known.get(name.upper(), name) for _, name in by_type)

def stream(tally, where, row, expected, has_names):
    "Compares a stream."
    types, names = codecs(row)
    unknown = "" in names.split(",") or not names
    why = "names of dynamic types need signalling" if unknown and not has_names else None
    check = lambda name, got, value, equal: tally.value("%s %s" % (where, name), got, value, equal, why if name in OF_NAMES else None)
    # One packet has no jitter.
    one = expected["packets"] == "1"
    for name, own in PLAIN.items():
        if expected[name] or not name.startswith("tshark"):
            check(name, row[own], expected[name], row[own] == expected[name] or one and not row[own] and name.startswith("jitter"))
    for name, value, got in [("pts", expected["pts"], types), ("codecs", expected["codecs"], names), ("dtmf", expected["dtmf"], row["dtmf"].strip('"')),
                             ("first_ns", expected["first_ns"], nanos(row["timeFirst"])), ("last_ns", expected["last_ns"], nanos(row["timeLast"]))]:
        check(name, got, value, got == value)
    for name, own in MILLIS.items():
        check(name, row[own], expected[name], near(row[own], expected[name], 0.001) or one and not row[own])
    for name, own in SHOWN.items():
        # tshark rounds nominal times of clocks that are no whole number of ticks in a millisecond.
        most = 0.001 if expected["clock"] == "8000" else 0.0025
        if expected[name]: check(name, row[own], expected[name], near(row[own], expected[name], max(most, abs(float(expected[name])) * 1e-9)) or one and not row[own])
    if expected["tshark_lost"]: check("tshark_lost", row["lostRFC"], expected["tshark_lost"], row["lostRFC"] == expected["tshark_lost"])

def report(tally, where, row, expected):
    "Compares a report of RTCP."
    check = lambda name, got, value, equal: tally.value("%s %s" % (where, name), got, value, equal)
    for name, own in REPORT.items():
        got = nanos(row[own]) if name == "time_ns" else row[own]
        check(name, got, expected[name], got == expected[name])
    for name in ("lsr", "dlsr"): check(name, row[name], expected[name], (row[name] or "0") == expected[name])
    for name, own in [("rtt_capture_to_reporter_ms", "captureRTT"), ("rtt_end_to_end_ms", "endToEndRTT")]:
        # DLSR has steps of 15 microseconds, and a round trip end to end has two.
        check(name, row[own], expected[name], near(row[own], expected[name], 0.031) or not row[own] and not expected[name])
    for name, value in (word.split("=") for word in expected["xr"].split()):
        own, at = XR[name]
        got = row[own].split("_")[at] if row[own] else ""
        check("xr " + name, got, value, got == value)

def key(row): return row["srcIP"], row["srcPort"], row["dstIP"], row["dstPort"], row["ssrc"]

def compare_calls(args, plugins, tally):
    folder = pathlib.Path(args.folder)
    streams, reports = {}, {}
    for row in rows(folder / "streams.tsv"): streams.setdefault(row["capture"], {})[row["src"], row["sport"], row["dst"], row["dport"], row["ssrc"]] = row
    for row in rows(folder / "rtcp.tsv"): reports.setdefault(row["capture"], []).append(row)
    captures = [path for path in sorted((folder / "captures").glob("*.pcap")) if args.captures in path.stem]
    has_names = any(name in plugins for name in SIGNALLING)
    for path in captures:
        found, told = run(args.flowz, path, plugins)
        own, wanted = {key(row): row for row in found}, streams.get(path.stem, {})
        if len(own) != len(found): tally.value("%s streams" % path.stem, len(found), len(own), False)
        for name in sorted(own.keys() | wanted.keys()):
            where = "%s %s:%s %s" % (path.stem, name[2], name[3], name[4])
            # RFC 3550, A.1: a source needs two packets, unless somebody said that it comes.
            one = name in wanted and wanted[name]["packets"] == "1" and not has_names
            tally.value(where, name in own, name in wanted, (name in own) == (name in wanted), "one packet, and nobody said that it comes" if one else None)
            if name in own and name in wanted: stream(tally, where, own[name], wanted[name], has_names)
        by_number = {row["pktNo"]: row for row in told}
        for row in reports.get(path.stem, []):
            where = "%s packet %s" % (path.stem, row["packet"])
            tally.value(where, row["packet"] in by_number, True, row["packet"] in by_number)
            if row["packet"] in by_number: report(tally, where, by_number[row["packet"]], row)
    return len(captures)

def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--flowz", required=True)
    parser.add_argument("--captures", default="", help="only those whose name has this text")
    parser.add_argument("folder")
    args = parser.parse_args()
    known = subprocess.run([args.flowz, "--no-config", "--list-plugins"], stdout=subprocess.PIPE, text=True).stdout
    plugins = ["basicFlow"] + [name for name in SIGNALLING if name in known.split()] + ["rtpDecode"]
    tally = Tally()
    captures = compare_calls(args, plugins, tally)
    values = tally.equal + tally.differ + tally.explained
    print("rtp (%s): %d captures, %d of %d values equal, %d differ for a reason" % (",".join(plugins), captures, tally.equal, values, tally.explained))
    sys.exit(0 if captures and not tally.differ else 1)

main()
