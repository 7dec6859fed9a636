#!/usr/bin/env python3
"""Compares sslDecode's tables with the expected hellos and certificates: tls.py --flowz PROGRAM FOLDER [--captures TEXT]

FOLDER has tls.tsv, messages.tsv and captures/. A recorded capture has to have all rows of tls.tsv, value by value. Of a damaged one
each hello that messages.tsv does not call absent, damaged or forged has to be there as it was recorded; what the server answers is
only compared where its messages are whole. Prints what differs, and as the last line how many rows are equal; exit 1 if not all are."""
import argparse, collections, csv, fnmatch, os, pathlib, subprocess, sys, tempfile, time

NO = {"-": "", "no": "0", "yes": "1"}
CLIENT = {"ch_version": "version", "ch_len": "length", "supported_versions": "suppVer", "sni": "serverName", "alpn_offered": "alpn", "ciphers": "ciphers", "extensions": "extensions", "groups": "groups",
          "key_shares": "shareGroup_len", "sigalgs": "sigAlgs", "session_id": "sessionId", "psk": "psk", "early_data": "earlyData", "ech": "ech", "ja3": "ja3", "ja3_text": "ja3Text", "ja4": "ja4", "ja4_r": "ja4Text"}
SERVER = {"server_version": "srvVersion", "hello_retry": "helloRetry", "cipher": "cipher", "alpn_chosen": "srvAlpn", "server_share": "srvShareGroup", "server_extensions": "srvExtensions", "ja3s": "ja3s", "ja3s_text": "ja3sText"}
BOTH = {"record_versions_client": "recVer", "record_versions_server": "srvRecVer", "resumed": "resumed", "alerts": "alerts", "cert_request": "certRequest"}
HEX = {"version", "suppVer", "ciphers", "extensions", "groups", "sigAlgs", "srvVersion", "cipher", "srvShareGroup", "srvExtensions", "recVer", "srvRecVer"}

def table(path):
    lines = path.read_text(encoding="utf-8", errors="surrogateescape").split("\n") if path.exists() else [""]
    head = lines[0].lstrip("%").split("\t")
    return [dict(zip(head, line.split("\t"))) for line in lines[1:] if line]

def ours(column, value):
    parts = value.split(";") if value else []
    if column in HEX: return ",".join(part[2:] for part in parts)
    if column == "shareGroup_len": return ",".join(part[2:].replace("_", ":") for part in parts)
    if column == "alpn": return ",".join(name(part.strip('"')) for part in parts)
    if column == "srvAlpn": return name(value.strip('"'))
    return value.strip('"')

def name(text):
    "Names that are no text are in hexadecimal in tls.tsv."
    raw = text.encode("utf-8", "surrogateescape")
    if "\\x" in text: raw = raw.decode("latin-1").encode().decode("unicode_escape").encode("latin-1")
    return text if all(32 < byte < 127 for byte in raw) else "0x" + raw.hex()

def theirs(column, value):
    return NO.get(value, value)

def moment(text):
    return str(int(float(text))) and time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(float(text)))

def certificates(rows, flow, connection, side):
    found = [r for r in rows if (r["flowInd"], r["conn"], r["dir"]) == (flow, connection, side)]
    one = "subject={} issuer={} serial={} from={} to={} key={} len={} sha1={} sha256={}"
    kind = lambda r: r["keyType_size"].replace("ECDSA", "EC").replace("_", "")
    return "|".join(one.format(r["subject"].strip('"'), r["issuer"].strip('"'), r["serial"].lower().lstrip("0"), moment(r["notBefore"]), moment(r["notAfter"]), kind(r), r["length"], r["sha1"], r["sha256"]) for r in found) or "-"

def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--flowz", required=True)
    parser.add_argument("--captures", default="", help="only those whose name has this text")
    parser.add_argument("folder")
    args = parser.parse_args()
    flowz, folder, glob = args.flowz, pathlib.Path(args.folder), "*%s*" % args.captures
    reader = lambda file: list(csv.DictReader(open(folder / file, newline=""), delimiter="\t", quoting=csv.QUOTE_NONE))
    expected, lost = collections.defaultdict(list), collections.defaultdict(set)
    for row in reader("tls.tsv"): expected[row["file"].split(".")[0]].append(row)
    for row in reader("messages.tsv"):
        if row["proto"] == "tls": lost[row["file"]].add((row["conn"], row["dir"], row["nr"], row["message"]))
    rows = equal = 0
    for capture in sorted((folder / "captures").iterdir()):
        stem = capture.name.split(".")[0]
        if stem not in expected or not fnmatch.fnmatch(capture.name, glob): continue
        with tempfile.TemporaryDirectory() as out:
            run = [flowz, "--no-config", "-r", capture, "-w", out + "/x", "-q", "--plugins", "basicFlow,sslDecode", "-o", "core.TCP_REUSE=1"]
            subprocess.run(run, capture_output=True)
            found, certs = table(pathlib.Path(out, "x_tls.txt")), table(pathlib.Path(out, "x_certificates.txt"))
        damage = capture.name.split(".")[1] if capture.name.endswith(".zst") else ""
        connections = sorted({(r["flowInd"], r["conn"]) for r in found}, key=lambda c: (int(c[0]), int(c[1])))
        wanted = []
        for row in expected[stem]:
            wanted.append((row, row["conn"]))
            if damage.startswith("reuse"): wanted.append((row, row["conn"] + "'"))
        hellos = collections.defaultdict(int)
        for row, connection in wanted:
            gone = lost[capture.name]
            first = connection.rstrip("'")
            if damage == "oneway_server": continue
            hello = hellos[connection] = hellos[connection] + 1
            if any(c == first and d == "A" and m == "ClientHello" and (int(n) == hello or len(expected[stem]) < 2) for c, d, n, m in gone): continue
            rows += 1
            # Ports that are used again begin another flow.
            again = connection.endswith("'")
            mine = [r for r in found if r["srcIP"] + ":" + r["srcPort"] == row["client"] and ours("ja3", r["ja3"]) == row["ja3"] and r["shareGroup_len"] == r["shareGroup_len"]]
            if damage.startswith("reuse"):
                flows = sorted({int(r["flowInd"]) for r in mine})
                mine = [r for r in mine if (int(r["flowInd"]) == flows[-1] and len(flows) > 1) == again]
            mine = [r for r in mine if ours("shareGroup_len", r["shareGroup_len"]) == theirs("", row["key_shares"])]
            if not mine: print(f"{capture.name}\t{connection}\thello {row['hello']}\tno row"); continue
            got, columns = mine[0], dict(CLIENT)
            answered = not damage or not any(d == "B" for c, d, n, m in gone if c == first)
            if damage in ("rst_mid", "rst_data", "oneway_client", "snap") or damage.startswith("conflict"): answered = False
            if answered: columns.update(SERVER)
            if not damage: columns.update(BOTH)
            wrong = [(theirs_name, theirs("", row[theirs_name]), ours(our, got[our])) for theirs_name, our in columns.items() if theirs("", row[theirs_name]) != ours(our, got[our])]
            if not damage:
                sides = {"server_certs": "B" if got["dir"] == "A" else "A", "client_certs": got["dir"]}
                for column, side in sides.items():
                    value = certificates(certs, got["flowInd"], got["conn"], side)
                    if value != row[column]: wrong.append((column, row[column], value))
            for column, want, have in wrong: print(f"{capture.name}\t{connection}\thello {row['hello']}\t{column}\twant {want[:300]}\thave {have[:300]}")
            equal += not wrong
    print(f"tls: {equal}/{rows}")
    return 0 if rows and equal == rows else 1

sys.exit(main())
