"""Sink sqlite, read by Python's sqlite3."""
import calendar
import json
import os
import resource
import shutil
import sqlite3
import subprocess

import txt

# Numbers of 64 bits without sign are stored with the same bits.
WRAPPED = ("U64", "H64")


def moment(text):
    """Nanoseconds since 1970 of `YYYY-MM-DDTHH:MM:SS.nnnnnnnnn`."""
    whole, fraction = text.split(".")
    date, time = whole.rsplit("T", 1)
    year, month, day = (int(part) for part in date.rsplit("-", 2))
    hour, minute, second = (int(part) for part in time.split(":"))
    return calendar.timegm((year, month, day, hour, minute, second)) * 10**9 + int(fraction)


def typed(kind, value, is_time):
    """A value of the database as the comparison takes it."""
    if value is None:
        return None
    if kind.kind in WRAPPED:
        return value % 2**64
    if kind.kind == "U64.U32":
        return moment(value) if is_time else value % (2**64 * 10**9)
    if kind.kind in ("list", "compound"):
        return inside(kind, json.loads(value))
    return value


def inside(kind, value):
    """A value from JSON."""
    if kind.kind == "list":
        return [inside(kind.parts[0], item) for item in value]
    if kind.kind == "compound" and value is not None:
        return tuple(inside(part, item) for part, item in zip(kind.parts, value.values(), strict=True))
    if kind.kind == "F" or kind.kind == "D":
        return float(value)
    return value


def read(path, name, table):
    """Names and typed rows of a table."""
    file = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    cursor = file.execute(f'SELECT * FROM "{name}" ORDER BY rowid')
    names = [column[0] for column in cursor.description]
    declared = dict(file.execute("SELECT name, type FROM pragma_table_info(?)", (name,)))
    times = [declared[column] == "TEXT" for column in names]
    rows = [[typed(kind, value, is_time) for kind, value, is_time in zip(table.types, row, times)] for row in cursor]
    file.close()
    return names, rows


def round_trip(lab, check):
    """All cells are those of txt, and what columns mean is in the file."""
    for capture in lab.captures():
        tables, prefix = lab.tables(capture, ["sqlite"])
        if tables is None:
            continue
        path = f"{prefix}.sqlite"
        file = sqlite3.connect(path)
        check.same("integrity", file.execute("PRAGMA integrity_check").fetchone()[0], "ok")
        for name, table in tables.items():
            names, rows = read(path, name, table)
            check.table(f"{os.path.basename(capture)} {name}", table, names, rows)
            about = file.execute("SELECT doc, unit FROM flowz_columns WHERE table_name = ? ORDER BY place", (name,)).fetchall()
            check.same(f"{name} meanings", about, list(zip(table.docs, table.units)))
        file.close()
        for left in os.listdir(lab.folder):
            path = lab.path(left)
            shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)


def shell(lab, check):
    """SQLite's own program reads the file; dates and numbers without sign as the manual says."""
    lab.needs(["sqlite3"])
    capture = lab.captures()[0]
    tables, prefix = lab.tables(capture, ["sqlite"], ["-o", "sqliteSink.SQLITE_INDEX=1", "-o", "sqliteSink.SQLITE_TABLE_PREFIX=t_"])
    query = "SELECT count(*), max(flowInd) FROM t_flows; SELECT count(julianday(timeFirst)) FROM t_flows; PRAGMA integrity_check;"
    out, _, _ = lab.run([f"{prefix}.sqlite", query], program="sqlite3")
    flows = tables["flows"]
    most = max(int(row[flows.names.index("flowInd")]) for row in flows.rows)
    check.same("sqlite3", out.decode().split(), [f"{len(flows.rows)}|{most}", str(len(flows.rows)), "ok"])


def faults(lab, check):
    """A file is complete or absent: where there is no room, and where the name is taken by a device."""
    capture = max(lab.captures(), key=os.path.getsize)
    words = ["-r", capture, "-q", "-s", "--plugins", "all", "--sinks", "sqlite"]

    def limited():
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    out = lab.path("small")
    done = subprocess.run([lab.flowz, *words, "-w", out], capture_output=True, check=False, cwd=lab.folder, preexec_fn=limited, restore_signals=False)
    check.true("a file that finds no room fails the run", done.returncode != 0)
    check.same("no file is left", [name for name in os.listdir(lab.folder) if "sqlite" in name], [])
    os.symlink("/dev/null", lab.path("device.sqlite"))
    _, said, status = lab.run([*words, "-w", lab.path("device")], expected=None)
    check.same("a device is refused", (status, "not a regular file" in said), (2, True))


def rotated(lab, check):
    """A file for each period, which together have all rows."""
    capture = max(lab.captures(), key=os.path.getsize)
    prefix = lab.path("turn")
    lab.run(["-r", capture, "-q", "-w", prefix, "--rotate", "100rows", "--sinks", "txt,sqlite"])
    files = sorted(name for name in os.listdir(lab.folder) if name.endswith(".sqlite"))
    columns = txt.columns(lab.flowz, [])
    total = 0
    for name in files:
        path = lab.path(name)
        tables = txt.read(path[:-len(".sqlite")], columns)
        names, rows = read(path, "flows", tables["flows"])
        check.table(name, tables["flows"], names, rows)
        total += len(rows)
    check.true("several files", len(files) > 1 or total < 100)


NAMES = [("sqlite", round_trip), ("sqlite-shell", shell), ("sqlite-faults", faults), ("sqlite-rotate", rotated)]
