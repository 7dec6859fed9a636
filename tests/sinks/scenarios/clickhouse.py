"""Sink clickhouse, read by ClickHouse's own engine behind a small server (`clickhouse_server.py`)."""
import importlib.util
import json
import os
import re
import signal
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import txt
from lab import Skip
from scenarios.postgres import FLOWS, Running, many, port
from scenarios.sqlite import moment

PASSWORD = "a secret"
PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "clickhouse_server.py")
# Columns that hold bytes of packets.
PAYLOAD = ("content", "l2Content", "l3Content", "l4Content", "l7Content")


class Server:
    """The server, which can be killed and started again."""

    def __init__(self, lab):
        if not importlib.util.find_spec("chdb"):
            raise Skip("there is no chdb")
        self.lab, self.port, self.process = lab, port(), None
        self.folder = lab.path("clickhouse")
        os.mkdir(self.folder)
        self.start()

    def start(self):
        words = [sys.executable, "-B", PROGRAM, self.folder, str(self.port), PASSWORD]
        self.process = self.lab.server(words, self.answers)

    def kill(self):
        self.lab.stop(self.process, signal.SIGKILL)

    def answers(self):
        try:
            return self.ask("SELECT 1") == b"1\n"
        except OSError:
            return False

    def ask(self, statement):
        url = f"http://127.0.0.1:{self.port}/?" + urllib.parse.urlencode({"database": "flows", "query": statement})
        request = urllib.request.Request(url, data=b"", headers={"X-ClickHouse-Key": PASSWORD})
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            raise OSError(f"{statement[:200]}: {error.read().decode(errors='replace')[:1000]}") from error

    def rows(self, query):
        shown = "output_format_json_quote_64bit_integers = 0, output_format_json_quote_denormals = 1, output_format_json_named_tuples_as_objects = 0"
        return [json.loads(line) for line in self.ask(f"{query} FORMAT JSONCompactEachRow SETTINGS {shown}").splitlines()]

    def environment(self, **more):
        return dict({"CLICKHOUSE_ADDRESS": self.address()}, **more)

    def address(self, password="a%20secret", database="flows", at=None):
        return f"http://me:{password}@127.0.0.1:{at or self.port}/{database}"


def typed(kind, value, name):
    """A value of the server as the comparison takes it."""
    if value is None:
        return None
    if kind.kind == "list":
        return [typed(kind.parts[0], item, name) for item in value]
    if kind.kind == "compound":
        return tuple(typed(part, item, "") for part, item in zip(kind.parts, value, strict=True))
    if kind.kind == "IPX":
        return value.removeprefix("::ffff:") if "." in value else value
    if kind.kind == "U64.U32":
        return moment(value.replace(" ", "T")) if isinstance(value, str) else value % (2**64 * 10**9)
    if kind.kind in ("F", "D"):
        return float(value)
    if name in PAYLOAD:
        return bytes.fromhex(value)
    return value


def read(server, name, table, run):
    """Names and typed rows of a run in a table."""
    columns = server.rows(f"SELECT name, type FROM system.columns WHERE database = 'flows' AND table = '{name}' ORDER BY position")
    types = dict(columns)
    wanted = []
    for column, kind in zip(table.names, table.types):
        text = f"`{column}`"
        if kind.kind == "U64.U32" and "DateTime64" in types.get(column, ""):
            text = f"toUnixTimestamp64Nano({text})"
        elif column in PAYLOAD:
            text = f"hex({text})"
        wanted.append(text)
    rows = server.rows(f"SELECT {', '.join(wanted)} FROM `{name}` WHERE run = '{run}'")
    return [[typed(kind, value, column) for kind, value, column in zip(table.types, row, table.names)] for row in rows]


def round_trip(lab, check):
    """All cells are those of txt; one database takes the rows of all captures."""
    server = Server(lab)
    for capture in lab.captures():
        tables, _ = lab.tables(capture, ["clickhouse"], environment=server.environment())
        if tables is None:
            continue
        what = os.path.basename(capture)
        run, rows = server.rows("SELECT run, rows FROM flowz_runs WHERE event = 'end' ORDER BY time DESC LIMIT 1")[0]
        check.same(f"{what} rows of the run", rows, sum(len(table.rows) for table in tables.values()))
        for name, table in tables.items():
            check.table(f"{what} {name}", table, table.names, read(server, name, table, run), ordered=False)
            # What is compared need not be searched again.
            server.ask(f"TRUNCATE TABLE `{name}`")
    command, program, settings = server.rows("SELECT command, program, settings FROM flowz_runs WHERE event = 'begin' LIMIT 1")[0]
    check.true("the run is told", "--plugins all" in command and program.startswith("flowz ") and "fingerprint 0x" in settings)
    about = server.rows("SELECT comment FROM system.columns WHERE database = 'flows' AND table = 'flows' AND name = 'duration'")
    check.same("comment", about, [["Time from the first to the last packet [s] (basicFlow)"]])


def refusals(lab, check):
    """What is wrong when the run starts is told before anything is read; columns that an older run did not have are added."""
    server = Server(lab)
    capture = lab.captures()[0]
    words = ["-r", capture, "-q", "-w", lab.path("no"), "--sinks", "txt,clickhouse", "-o", "clickhouseSink.CLICKHOUSE_WAIT=1"]

    def refused(what, says, **more):
        _, said, status = lab.run(words, expected=None, environment=server.environment(**more))
        check.true(f"{what}: status {status}", status in (1, 2))
        check.true(f"{what}: {said.strip()!r} has {says!r}", says in said)
        check.true(f"{what}: no password", "secret" not in said)

    refused("wrong password", "Authentication failed", CLICKHOUSE_ADDRESS=server.address("secret2"))
    refused("no such database", "other", CLICKHOUSE_ADDRESS=server.address(database="other"))
    refused("no server", "cannot be reached", CLICKHOUSE_ADDRESS=server.address(at=port()))
    lab.run([*words, "--fields", "flowInd,dir"], environment=server.environment())
    lab.run(words, environment=server.environment())
    table = txt.read(lab.path("no"), txt.columns(lab.flowz, []))["flows"]
    runs = [row[0] for row in server.rows("SELECT run FROM flowz_runs WHERE event = 'begin' ORDER BY time")]
    check.same("rows of the older run", server.rows(f"SELECT count(), count(timeFirst) FROM flows WHERE run = '{runs[0]}'"), [[len(table.rows), 0]])
    check.table("rows of the newer run", table, table.names, read(server, "flows", table, runs[1]), ordered=False)
    refused("a table that is there", "the table flows is there already", CLICKHOUSE_EXISTING="1")
    server.ask("CREATE TABLE x_flows (run UUID, flowInd String) ENGINE = MergeTree ORDER BY run")
    refused("a column of another type", "the column flowInd of the table x_flows, which is there already, has the type String", CLICKHOUSE_TABLE_PREFIX="x_")
    lab.run(words, environment=server.environment(CLICKHOUSE_EXISTING="2"))
    check.same("a table that is made anew", server.rows("SELECT count() FROM flows"), [[len(table.rows)]])


def stored(server):
    """Rows of the flow table and different flows among them."""
    return tuple(server.rows("SELECT count(), uniqExact(flowInd) FROM flows")[0])


def has(server, least):
    try:
        return stored(server)[0] >= least
    except (OSError, ValueError):
        return False


def faults(lab, check):
    """Answers that are lost, servers that go away: each row is there once, or is counted as lost."""
    server = Server(lab)
    capture = many(lab, "many.pcap", FLOWS)
    small = {"CLICKHOUSE_BATCH": "5000", "CLICKHOUSE_QUEUE": "1", "CLICKHOUSE_EXISTING": "2"}
    only = ["--plugins", "basicFlow", "--sinks", "clickhouse"]

    with open(os.path.join(server.folder, "forget"), "w", encoding="ascii") as file:
        file.write("5")
    status, _ = Running(lab, capture, server.environment(**small), only).end()
    check.same("answers that are lost", (status, stored(server)), (0, (FLOWS, FLOWS)))

    server.ask("DROP TABLE flows SYNC")
    run = Running(lab, capture, server.environment(**small), only)
    lab.wait(lambda: has(server, 10_000), "no rows come")
    server.kill()
    time.sleep(1)
    server.start()
    check.same("killed and started again", (run.end()[0], stored(server)), (0, (FLOWS, FLOWS)))

    server.ask("DROP TABLE flows SYNC")
    run = Running(lab, capture, server.environment(CLICKHOUSE_PATIENCE="1", **small), only)
    lab.wait(lambda: has(server, 10_000), "no rows come")
    with open(os.path.join(server.folder, "refuse"), "w", encoding="ascii") as file:
        file.write("Code: 243. DB::Exception: Cannot reserve 1.00 MiB, not enough space. (NOT_ENOUGH_SPACE)")
    status, said = run.end()
    os.remove(os.path.join(server.folder, "refuse"))
    lost = re.search(r"([0-9]+) rows are lost by the sink clickhouse: (.+)", said)
    rows, different = stored(server)
    check.same("a full disk: status", status, 1)
    check.true(f"a full disk: {said.strip()!r} says why", lost and "not enough space" in lost.group(2))
    check.same("a full disk: rows and lost ones", rows + int(lost.group(1) if lost else -1), FLOWS)
    check.same("a full disk: none twice", rows, different)


NAMES = [("clickhouse", round_trip), ("clickhouse-refusals", refusals), ("clickhouse-faults", faults)]
