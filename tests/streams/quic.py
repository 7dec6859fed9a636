#!/usr/bin/env python3
"""Compares quicDecode's table with the expected connections of QUIC: quic.py --flowz PROGRAM FOLDER [--captures TEXT]

FOLDER has quic.tsv and captures/. Each capture of quic.tsv has to have its rows and no others, value by value. Prints what differs, and as the
last line how many values are equal; exit 1 if not all are."""
import argparse, csv, fnmatch, pathlib, subprocess, sys, tempfile

WORDS = {"versions": "versions", "version_negotiation": "srvVersions", "ciphers": "ciphers", "groups": "groups", "supported_versions": "suppVer", "cipher": "cipher"}
PLAIN = {"first_pkt": "pktNo", "retry_scid": "retrySCID", "retry_token_len": "retryTokenLen", "initial_token_len": "tokenLen", "dcid_first": "dcid",
         "dcid_keys": "keyDCID", "client_scid": "scid", "server_scid": "srvSCID", "zero_rtt": "zeroRTT", "handshakes": "handshakes", "short_packets": "shorts",
         "hello_len": "length", "crypto_frames_client": "cryptoFrames", "sni": "serverName", "ja3": "ja3", "ja4": "ja4", "ja4_r": "ja4Text", "ja3s": "ja3s"}
LISTS = {"hello_pkts": "helloPkts", "alpn": "alpn"}

def ours(row):
    "The values of a row as quic.tsv has them."
    part = lambda text: "".join(c for c in text if c != '"')
    values = {theirs: part(row[own]) for theirs, own in PLAIN.items()}
    values.update({theirs: ",".join(word[2:] for word in row[own].split(";")) for theirs, own in WORDS.items()})
    values.update({theirs: part(row[own]).replace(";", ",") for theirs, own in LISTS.items()})
    values["key_shares"] = ",".join(share[2:].replace("_", ":") for share in row["shareGroup_len"].split(";"))
    values["psk"] = ["no", "yes"][int(row["psk"])]
    values["client_initials"], values["server_initials"] = row["initials_srv"].split("_")
    end = lambda side: ("[%s]:%s" if ":" in row[side + "IP"] else "%s:%s") % (row[side + "IP"], row[side + "Port"])
    values["client"], values["server"] = end("src"), end("dst")
    has_hello = int(row["hello"], 16) & 1
    values["state"] = "hello" if has_hello else "no hello: not all of it was captured"
    return {name: value or "-" for name, value in values.items()}

def table(path):
    lines = path.read_text(encoding="utf-8").split("\n") if path.exists() else [""]
    head = lines[0].lstrip("%").split("\t")
    return [dict(zip(head, line.split("\t"))) for line in lines[1:] if line]

def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--flowz", required=True)
    parser.add_argument("--captures", default="", help="only those whose name has this text")
    parser.add_argument("folder")
    args = parser.parse_args()
    folder, expected = pathlib.Path(args.folder), {}
    with open(folder / "quic.tsv", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE): expected.setdefault(row["file"], []).append(row)
    captures = [name for name in expected if fnmatch.fnmatch(name, "*%s*" % args.captures)]
    values = equal = 0
    for name in captures:
        with tempfile.TemporaryDirectory() as out:
            run = [args.flowz, "--no-config", "-r", folder / "captures" / name, "-w", out + "/x", "-q", "--plugins", "basicFlow,quicDecode"]
            subprocess.run(run, check=True)
            found = sorted(table(pathlib.Path(out, "x_quic.txt")), key=lambda row: int(row["pktNo"]))
        if len(found) != len(expected[name]):
            print("%s: %d connections, not %d" % (name, len(found), len(expected[name])))
        for row, own in zip(expected[name], found + [None] * len(expected[name])):
            got = ours(own) if own else {}
            for column, value in row.items():
                if column in ("file", "conn"): continue
                values += 1
                if got.get(column) == value: equal += 1
                else: print("%s %s %s: %r, not %r" % (name, row["conn"], column, got.get(column), value))
        values += len(found) > len(expected[name])
    print("quic: %d captures, %d of %d values equal" % (len(captures), equal, values))
    sys.exit(0 if captures and equal == values else 1)

main()
