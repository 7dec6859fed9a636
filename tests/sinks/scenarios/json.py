"""Sink json, read by Python, and its lines by jq."""
import collections
import glob
import gzip
import json
import os
import shutil
import subprocess

from json_rows import PAYLOAD, rows
from lab import Skip
import txt

WEB = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "data", "web.pcap")
def text(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def round_trip(lab, check):
    """Every cell of every table is that of txt; jq reads as many texts as there are rows."""
    lab.needs(["jq"])
    for capture in lab.captures():
        tables, prefix = lab.tables(capture, ["json"])
        for name, table in (tables or {}).items():
            path = f"{prefix}_{name}.json"
            written = text(path)
            lines = written.split("\n")
            check.same(f"{path} ends with a line", lines.pop(), "")
            names, found = rows(table, lines)
            check.table(f"{os.path.basename(capture)} {name}", table, names, found)
            check.true(f"{path} steers nothing", not any(ord(char) < 0x20 and char != "\n" or ord(char) in (0x7f, *txt.STEERS) for char in written))
        if tables:
            out, _, _ = lab.run(["-n", "[inputs]|length", f"{prefix}_flows.json"], program="jq")
            check.same(f"{capture} jq", int(out), len(tables["flows"].rows))
            for path in glob.glob(f"{glob.escape(prefix)}_*"):
                shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)


def settings(lab, check):
    """The same values in every form."""
    capture = WEB
    tables, prefix = lab.tables(capture, ["json"])
    table = tables["flows"]
    plain = [json.loads(line, parse_float=str) for line in text(f"{prefix}_flows.json").splitlines()]
    def run(name, *settings):
        words = [word for setting in settings for word in ("-o", f"jsonSink.{setting}")]
        lab.run(["-r", capture, "-w", lab.path(name), "-s", "-q", "--plugins", "all", "--sinks", "json", *words])
    run("root", "JSON_ROOT_NODE=1", "JSON_NO_SPACES=0")
    whole = json.loads(text(lab.path("root_flows.json")), parse_float=str)
    check.same("a text a file", whole, {"flows": plain})
    check.same("its packets", len(json.loads(text(lab.path("root_packets.json")))["packets"]), len(tables["packets"].rows))
    run("short", "JSON_SUPPRESS_EMPTY_ARRAY=1")
    short = [json.loads(line, parse_float=str) for line in text(lab.path("short_flows.json")).splitlines()]
    check.same("without empty arrays", short, [{name: value for name, value in row.items() if value != []} for row in plain])
    run("arrays", "JSON_PART_NAMES=0", "JSON_TIMES=3")
    for row, like in zip((json.loads(line, parse_float=str) for line in text(lab.path("arrays_flows.json")).splitlines()), plain):
        flat = {name: [list(item.values()) if isinstance(item, dict) else item for item in value] if isinstance(value, list)
                else list(value.values()) if isinstance(value, dict) else value for name, value in like.items()}
        check.same("arrays and numbers", row, flat)
    run("dates", "JSON_TIMES=2")
    for row, like in zip(map(json.loads, text(lab.path("dates_flows.json")).splitlines()), plain):
        done = subprocess.run(["date", "--utc", "-d", row["timeFirst"], "+%s.%N"], capture_output=True, text=True, check=True)
        check.same("a date", done.stdout.strip(), like["timeFirst"])
    run("gz", "JSON_GZ_COMPRESS=1")
    with gzip.open(lab.path("gz_flows.json.gz"), "rt", encoding="utf-8") as file:
        check.same("compressed", file.read(), text(f"{prefix}_flows.json"))
    run("hex", "JSON_PAYLOAD=1")
    run("text", "JSON_PAYLOAD=2")
    likes = [row[table_place(tables["packets"], PAYLOAD)] for row in tables["packets"].rows]
    shown = [json.loads(line)[PAYLOAD] for line in text(lab.path("text_packets.json")).splitlines()]
    check.same("payload as text", shown, likes)
    shown = [txt.payload(bytes.fromhex(json.loads(line)[PAYLOAD])) for line in text(lab.path("hex_packets.json")).splitlines()]
    check.same("payload in hexadecimal", shown, likes)
    lab.run(["-r", capture, "-W", lab.path("piece") + ":3f", "-q", "--plugins", "all", "--sinks", "json"])
    pieces = [text(lab.path(f"piece_flows.json{n}")) for n in range(len(glob.glob(lab.path("piece_flows.json*"))))]
    check.same("pieces", (len(pieces), "".join(pieces)), (len(table.rows) // 3 + 1, text(f"{prefix}_flows.json")))


def table_place(table, name):
    return table.names.index(name)


def faults(lab, check):
    """No rows, a reader that goes, a full disk."""
    words = ["-r", WEB, "-q", "--sinks", "json"]
    lab.run([*words, "-w", lab.path("none"), "--where", "flowInd == 0"])
    check.same("no rows", text(lab.path("none_flows.json")), "")
    out, _, _ = lab.run([*words, "-w", "-"])
    check.same("lines to a pipe", [collections.Counter(map(type, map(json.loads, out.splitlines())))], [collections.Counter({dict: out.count(b"\n")})])
    reader = subprocess.run(["sh", "-c", '"$0" "$@" | head -n 1', lab.flowz, *words, "-w", "-"], capture_output=True, check=False, cwd=lab.folder)
    check.same("a reader that goes", (reader.stdout, reader.stderr), (out.split(b"\n")[0] + b"\n", b""))
    if not os.path.exists("/dev/full"):
        raise Skip("there is no /dev/full")
    os.symlink("/dev/full", lab.path("full_flows.json"))
    _, told, status = lab.run([*words, "-w", lab.path("full")], expected=None)
    check.true(f"a full disk: {status} {told}", status == 1 and "full_flows.json" in told)


NAMES = [("json", round_trip), ("json-settings", settings), ("json-faults", faults)]
