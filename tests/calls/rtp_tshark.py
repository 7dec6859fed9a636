#!/usr/bin/env python3
"""Compares rtpDecode's table of sources with tshark's list of RTP streams: rtp_tshark.py --flowz PROGRAM FOLDER [--captures TEXT]

Beside FOLDER there are ../../golden-tools/tshark with those lists and ../../captures. Packets, loss, jitter and the least and longest time between packets have
to be equal as far as tshark prints them; a mean time between packets leaves out packets with markers there. Prints what differs, and as the last line how many
values are equal; exit 1 if something differs without a reason."""
import argparse, pathlib, re, subprocess, sys, tempfile

LINE = re.compile(r"\s*[\d.]+\s+[\d.]+\s+(\S+)\s+(\d+)\s+(\S+)\s+(\d+)\s+0x([0-9A-F]+)\s+.+?\s+(\d+)\s+(-?\d+) \(\S+\)" + 6 * r"\s+(-?[\d.]+)")
T38 = "27 packets are T.38 there"
NOISE = "comfort noise does not count there"
TWO = "never two packets in a row: no source (RFC 3550, A.1)"
UNNAMED = "the type is named where signalling is read"
# Capture, SSRC, value: why it is right here.
REASONS = {
    ("ndpi-fax-call-t38-ca-tdm-sip-fb-1", "0eaf0eaf", "packets"): T38,
    ("ndpi-fax-call-t38-ca-tdm-sip-fb-1", "0eaf0eaf", "jitter mean"): T38,
    ("ndpi-fax-call-t38-ca-tdm-sip-fb-1", "17d90134", "delta min"): NOISE,
    ("ndpi-fax-call-t38-ca-tdm-sip-fb-1", "17d90134", "delta max"): NOISE,
    ("ndpi-fuzz-2020-02-16-11740", "aaaaaaaa", "source"): TWO,
}
NEEDS_NAMES = "arkime-gtp-iphone", "ndpi-fax-call-t38-ca-tdm-sip-fb-1"

def table(path):
    lines = path.read_text(encoding="utf-8").split("\n") if path.exists() else [""]
    head = lines[0].lstrip("%").split("\t")
    return [dict(zip(head, line.split("\t"))) for line in lines[1:] if line]

def run(flowz, capture, plugins):
    with tempfile.TemporaryDirectory() as out:
        command = [flowz, "--no-config", "-r", capture, "-w", out + "/x", "-q", "--plugins", ",".join(plugins)]
        subprocess.run(command, check=True)
        return {(r["srcIP"], r["srcPort"], r["dstIP"], r["dstPort"], r["ssrc"][2:]): r for r in table(pathlib.Path(out, "x_rtp.txt"))}

def values(row, theirs):
    "Names, ours and theirs; empty where there is none."
    # A stream of one packet has no times between packets, and jitter is not there without a clock.
    none = lambda number, least: "" if float(least) < 0 else number
    yield "packets", row["pkts"], theirs[0]
    for name, own, at in [("delta min", "deltaMin", 2), ("delta max", "deltaMax", 4)]: yield name, row[own], none(theirs[at], theirs[2])
    for name, own, at in [("jitter min", "wsJitterMin", 5), ("jitter mean", "wsJitterMean", 6), ("jitter max", "wsJitterMax", 7)]:
        yield name, row[own], none(theirs[at], theirs[5])

def equal(got, value):
    if not got or not value: return got == value
    return abs(float(got) - float(value)) <= 0.0011

def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--flowz", required=True)
    parser.add_argument("--captures", default="", help="only those whose name has this text")
    parser.add_argument("folder")
    args = parser.parse_args()
    shared = pathlib.Path(args.folder).parent.parent
    known = subprocess.run([args.flowz, "--no-config", "--list-plugins"], stdout=subprocess.PIPE, text=True).stdout.split()
    has_names = "sipDecode" in known
    plugins = ["basicFlow"] + ["sipDecode"] * has_names + ["rtpDecode"]
    counts = {"equal": 0, "reason": 0, "differ": 0}
    lists = [path for path in sorted((shared / "golden-tools/tshark").glob("*.rtp-streams-heur.txt")) if args.captures in path.name]
    def value(stem, ssrc, name, got, want, is_equal):
        reason = REASONS.get((stem, ssrc, name)) or (UNNAMED if stem in NEEDS_NAMES and not has_names and "jitter" in name else None)
        counts["equal" if is_equal else "reason" if reason else "differ"] += 1
        if not is_equal: print("%s 0x%s %s: %s, not %s%s" % (stem, ssrc, name, got or "none", want or "none", ": " + reason if reason else ""))
    for path in lists:
        stem = path.name.removesuffix(".rtp-streams-heur.txt")
        capture = next((shared / "captures").glob(stem + ".pcap*"), None)
        if capture is None: continue
        own = run(args.flowz, capture, plugins)
        streams = {m.group(1, 2, 3, 4) + (m[5].lower(),): m.groups()[5:] for m in map(LINE.match, path.read_text().splitlines()) if m}
        for key in sorted(own.keys() | streams.keys()):
            ssrc = key[4]
            value(stem, ssrc, "source", key in own, key in streams, (key in own) == (key in streams))
            if key not in own or key not in streams: continue
            theirs = streams[key]
            value(stem, ssrc, "lost", own[key]["lostRFC"], theirs[1], own[key]["lostRFC"] == theirs[1])
            for name, got, want in values(own[key], theirs): value(stem, ssrc, name, got, want, equal(got, want))
    total = sum(counts.values())
    print("rtp_tshark (%s): %d lists, %d of %d values equal, %d differ for a reason" % (",".join(plugins), len(lists), counts["equal"], total, counts["reason"]))
    sys.exit(0 if lists and not counts["differ"] else 1)

main()
