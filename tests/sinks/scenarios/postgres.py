"""Sink postgres, read by psycopg from a server that the scenario starts."""
import glob
import ipaddress
import os
import pwd
import re
import shutil
import signal
import socket
import struct
import subprocess
import threading
import time

import txt
from lab import Skip

PASSWORD = "a secret: 1@2"


def port():
    """A port that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A server in a folder of its own, which can be killed and started again."""

    def __init__(self, lab, settings=()):
        try:
            import psycopg
        except ImportError as why:
            raise Skip("there is no psycopg") from why
        self.connect_with = psycopg.connect
        programs = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
        if not programs:
            raise Skip("there is no PostgreSQL server")
        self.bin, self.lab, self.port, self.process = programs[-1], lab, port(), None
        self.user = "postgres" if os.geteuid() == 0 else None
        self.folder = lab.path("postgres")
        os.mkdir(self.folder)
        secret = lab.path("password")
        with open(secret, "w", encoding="ascii") as file:
            file.write(PASSWORD + "\n")
        if self.user:
            user = pwd.getpwnam(self.user)
            for path in (self.folder, secret):
                os.chown(path, user.pw_uid, user.pw_gid)
            # The scenario's folders let nobody else in.
            for path in (lab.folder, os.path.dirname(lab.folder)):
                os.chmod(path, 0o755)
        words = [f"{self.bin}/initdb", "-D", self.folder, "-U", "me", "-E", "UTF8", "--no-locale", "-A", "scram-sha-256", f"--pwfile={secret}", "--no-sync"]
        subprocess.run(words, user=self.user, check=True, capture_output=True, cwd=self.folder)
        with open(os.path.join(self.folder, "postgresql.conf"), "a", encoding="ascii") as file:
            file.write("\n".join([f"port = {self.port}", "listen_addresses = '127.0.0.1'", f"unix_socket_directories = '{self.folder}'", "fsync = off",
                                  *settings, ""]))
        self.start()
        with self.connect("postgres") as connection:
            connection.autocommit = True
            connection.execute("CREATE DATABASE flowz")

    def start(self):
        self.process = self.lab.server([f"{self.bin}/postgres", "-D", self.folder], self.answers, user=self.user)

    def kill(self):
        """Ends it without a word."""
        self.lab.stop(self.process, signal.SIGQUIT)

    def answers(self):
        try:
            self.connect("postgres").close()
            return True
        except Exception:
            return False

    def connect(self, database="flowz"):
        return self.connect_with(host="127.0.0.1", port=self.port, user="me", password=PASSWORD, dbname=database, connect_timeout=5)

    def address(self, password="a%20secret%3A%201%402", database="flowz", more="", at=None):
        return f"postgres://me:{password}@127.0.0.1:{at or self.port}/{database}{more}"

    def query(self, query, *values):
        with self.connect() as connection:
            return connection.execute(query, values).fetchall()


def parts(column, count):
    """Names of a compound's parts, as the sink gives them."""
    words = column.split("_")
    return words if len(words) == count == len(set(words)) and all(words) else [f"f{number + 1}" for number in range(count)]


def typed(kind, value, column=""):
    """A value of the server as the comparison takes it; `jsonb` has an order of keys of its own."""
    if isinstance(value, str) and kind.kind in ("IP4", "IP6", "IPX"):
        return value.split("/")[0]
    if value is None or isinstance(value, (bool, str, bytes, float)):
        return value
    if kind.kind == "list":
        return [typed(kind.parts[0], item, column) for item in value]
    if kind.kind == "compound":
        return tuple(typed(part, value[name]) for part, name in zip(kind.parts, parts(column, len(kind.parts)), strict=True))
    if isinstance(value, (ipaddress.IPv4Address, ipaddress.IPv6Address, ipaddress.IPv4Interface, ipaddress.IPv6Interface)):
        return str(value)
    if kind.kind == "H64":
        return int(value) % 2**64
    if kind.kind == "U64.U32":
        return int(value) % (2**64 * 10**9)
    if kind.kind in ("F", "D"):
        return float(value)
    return int(value)


def read(server, name, table, run=None, schema="public"):
    """Names and typed rows of a table."""
    wanted, casts = [], []
    fields = dict(server.query("SELECT column_name::text, data_type::text FROM information_schema.columns WHERE table_schema = %s AND table_name = %s", schema, name))
    seen = {"run"}
    for column in table.names:
        label = column.lower()
        number = 2
        while label in seen:
            label = f"{column.lower()}_{number}"
            number += 1
        seen.add(label)
        is_time = fields.get(label, "").startswith("timestamp")
        seen.update({label + "_ns"} if is_time else ())
        wanted.append(label)
        text = f'"{label}"'
        if is_time:
            # Exact beyond the years that Python has.
            text = f"(extract(epoch from {text})::numeric * 1000000000 + {text[:-1]}_ns\")"
        elif fields.get(label) == "inet":
            text = f"host({text})"
        elif fields.get(label) == "macaddr":
            text += "::text"
        elif fields.get(label) == "ARRAY" and any(part.kind in ("MAC", "IP4", "IP6", "IPX") for part in table.types[len(wanted) - 1].parts):
            text += "::text[]"
        casts.append(text)
    where = f" WHERE run = {run}" if run else ""
    rows = server.query(f'SELECT {", ".join(casts)} FROM "{schema}"."{name}"{where}')
    return wanted, [[typed(kind, value, column) for kind, value, column in zip(table.types, row, table.names)] for row in rows]


def compare(server, check, what, tables, run=None, schema="public"):
    for name, table in tables.items():
        wanted, rows = read(server, name, table, run, schema)
        check.table(f"{what} {name}", table, table.names, rows, ordered=False)


def addressed(address, more=None):
    return dict({"PSQL_ADDRESS": address}, **(more or {}))


def round_trip(lab, check):
    """All cells are those of txt; one database takes the rows of all captures."""
    server = Server(lab)
    for capture in lab.captures():
        tables, _ = lab.tables(capture, ["postgres"], environment=addressed(server.address()))
        if tables is None:
            continue
        run, rows, finished = server.query("SELECT run, rows, finished FROM flowz_runs ORDER BY run DESC LIMIT 1")[0]
        what = os.path.basename(capture)
        check.same(f"{what} rows of the run", rows, sum(len(table.rows) for table in tables.values()))
        check.true(f"{what} has ended", finished)
        compare(server, check, what, tables, run)
        with server.connect() as connection:
            # What is compared need not be searched again.
            connection.execute("TRUNCATE " + ", ".join(f'"{name}"' for name in tables))
    command = server.query("SELECT command, program, settings FROM flowz_runs LIMIT 1")[0]
    check.true("the run is told", "--plugins all" in command[0] and command[1].startswith("flowz ") and "fingerprint 0x" in command[2])
    about = server.query("SELECT col_description('flows'::regclass, attnum) FROM pg_attribute WHERE attrelid = 'flows'::regclass AND attname = 'duration'")
    check.same("comment", about[0][0], "duration: Time from the first to the last packet [s] (basicFlow)")


def refusals(lab, check):
    """What is wrong when the run starts is told before anything is read, and without the password."""
    server = Server(lab)
    capture = lab.captures()[0]
    words = ["-r", capture, "-q", "-w", lab.path("no"), "--sinks", "postgres", "-o", "psqlSink.PSQL_WAIT=1"]

    def refused(what, address, says, **more):
        _, said, status = lab.run(words, expected=None, environment=addressed(address, more))
        check.true(f"{what}: status {status}", status in (1, 2))
        check.true(f"{what}: {said.strip()!r} has {says!r}", says in said)
        check.true(f"{what}: no password", "secret" not in said)

    refused("wrong password", server.address("secret2"), "password authentication failed")
    refused("no such database", server.address(database="other"), "does not exist")
    began = time.monotonic()
    refused("no server", server.address(at=port()), "cannot connect to the PostgreSQL server")
    check.true("a server that is not there is waited for", 0.5 < time.monotonic() - began < 20)
    refused("no address", "postgres://me:secret@[x/", "is no address")
    refused("no file of certificates", server.address(more="?sslmode=require"), "cannot read certificates", PSQL_CA="/no/such/file")
    refused("a server without TLS", server.address(more="?sslmode=require"), "server does not support TLS")
    with server.connect() as connection:
        connection.execute("CREATE TABLE flows (run bigint, flowind text)")
    refused("a column of another type", server.address(), "the column flowind of the table flows, which is there already, has the type text")
    refused("a table that is there", server.address(), "the table flows is there already", PSQL_EXISTING="1")
    lab.run(words, environment=addressed(server.address(), {"PSQL_EXISTING": "2"}))
    check.true("a table that is made anew", server.query("SELECT count(*) FROM flows")[0][0] > 0)
    with server.connect() as connection:
        connection.autocommit = True
        connection.execute("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0")
    refused("an encoding that has not all letters", server.address(database="latin"), "texts need UTF8")


def older_runs(lab, check):
    """Columns that an older run did not have are added, and its rows stay."""
    server = Server(lab)
    capture = lab.captures()[0]
    more = {"PSQL_SCHEMA": "Traffic", "PSQL_TABLE_PREFIX": "a_"}
    lab.run(["-r", capture, "-q", "-w", lab.path("old"), "--sinks", "postgres", "--fields", "flowInd,dir"], environment=addressed(server.address(), more))
    lab.run(["-r", capture, "-q", "-w", lab.path("new"), "--sinks", "txt,postgres"], environment=addressed(server.address(), more))
    table = txt.read(lab.path("new"), txt.columns(lab.flowz, []))["flows"]
    runs = [row[0] for row in server.query('SELECT run FROM "Traffic".flowz_runs ORDER BY run')]
    check.same("runs", len(runs), 2)
    found = server.query('SELECT count(*), count(timeFirst), count(flowInd) FROM "Traffic".a_flows WHERE run = %s', runs[0])[0]
    check.same("rows of the older run", found, (len(table.rows), 0, len(table.rows)))
    _, rows = read(server, "a_flows", table, runs[1], "Traffic")
    check.same("rows of the newer run", len(rows), len(table.rows))
    lab.run(["-r", capture, "-q", "-w", lab.path("turns"), "--sinks", "postgres", "--rotate", "1rows"], environment=addressed(server.address(), more))
    turns = server.query('SELECT count(*), sum(rows), count(finished) FROM "Traffic".flowz_runs WHERE run > %s', runs[1])[0]
    check.true(f"a run for each period, as whole ones have {len(table.rows)} rows: {turns}", turns[0] > 1 and turns[0] == turns[2])
    check.same("rows of all periods", server.query('SELECT count(*) FROM "Traffic".a_flows WHERE run > %s', runs[1])[0][0], len(table.rows))
    empty = lab.path("empty.pcap")
    with open(capture, "rb") as file, open(empty, "wb") as other:
        head = file.read(24)
        other.write(head if head[:4] in (b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4", b"\x4d\x3c\xb2\xa1") else struct.pack("<IHHIIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
    lab.run(["-r", empty, "-q", "-w", lab.path("none"), "--sinks", "postgres"], environment=addressed(server.address(), more))
    check.same("a run without rows", server.query('SELECT rows, finished IS NOT NULL FROM "Traffic".flowz_runs ORDER BY run DESC LIMIT 1')[0], (0, True))


def many(lab, name, flows):
    """A capture of so many flows of one packet."""
    path = lab.path(name)
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHIIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
        for number in range(flows):
            ports = struct.pack(">HHHH", 1024 + number % 60000, 53, 8, 0)
            address = struct.pack(">I", 0x0a000000 + number // 60000)
            head = bytes.fromhex("4500001c00000000401100000a0a0a0a") + address
            packet = bytes.fromhex("0000000000010000000000020800") + head + ports
            file.write(struct.pack("<IIII", 1480494448 + number // 100000, number % 100000 * 10, len(packet), len(packet)) + packet)
    return path


class Running:
    """A run that goes on while something happens to the server."""

    def __init__(self, lab, capture, environment, words=()):
        words = [lab.flowz, "-r", capture, "-q", "-w", lab.path("run"), *words]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=dict(os.environ, **environment), cwd=lab.folder)

    def end(self):
        said = self.process.communicate(timeout=600)[0].decode()
        return self.process.returncode, said


def last(server):
    """The number of the last run, 0 before the first."""
    is_there = server.query("SELECT to_regclass('flowz_runs') IS NOT NULL")[0][0]
    return server.query("SELECT max(run) FROM flowz_runs")[0][0] if is_there else 0


def is_under_way(server, before, least):
    """Whether a run behind that one has brought so many rows."""
    try:
        return server.query("SELECT rows FROM flowz_runs WHERE run > %s", before)[0][0] >= least
    except Exception:
        return False


def stored(server):
    """Rows of the flow table, different flows among them, and what the table of runs says."""
    counted = server.query("SELECT count(*), count(DISTINCT flowInd) FROM flows WHERE run = (SELECT max(run) FROM flowz_runs)")[0]
    return (*counted, server.query("SELECT rows FROM flowz_runs ORDER BY run DESC LIMIT 1")[0][0])


FLOWS = 120_000
ONLY = ["--plugins", "basicFlow", "--sinks", "postgres"]


def faults(lab, check):
    """Servers that go away in the middle: each row is there once, or is counted as lost."""
    server = Server(lab)
    capture = many(lab, "many.pcap", FLOWS)
    small = {"PSQL_BATCH": "500", "PSQL_QUEUE": "1"}

    before = last(server)
    run = Running(lab, capture, addressed(server.address(), small), ONLY)
    lab.wait(lambda: is_under_way(server, before, 1000), "no rows come")
    server.kill()
    time.sleep(1)
    server.start()
    check.same("killed and started again", (run.end()[0], stored(server)), (0, (FLOWS, FLOWS, FLOWS)))

    before = last(server)
    run = Running(lab, capture, addressed(server.address(), dict(small, PSQL_PATIENCE="1")), ONLY)
    lab.wait(lambda: is_under_way(server, before, 1000), "no rows come")
    server.kill()
    status, said = run.end()
    lost = re.search(r"([0-9]+) rows are lost by the sink postgres: (.+)", said)
    server.start()
    rows, different, told = stored(server)
    check.same("killed: status", status, 1)
    check.same("killed: rows and lost ones", rows + int(lost.group(1) if lost else -1), FLOWS)
    check.same("killed: none twice", (rows, different), (told, told))

    with server.connect() as connection:
        before = last(server)
        run = Running(lab, capture, addressed(server.address(), small), ONLY)
        lab.wait(lambda: is_under_way(server, before, 1000), "no rows come")
        connection.execute("LOCK TABLE flows IN ACCESS EXCLUSIVE MODE")
        time.sleep(3)
        check.true("a server that is busy holds up the run", run.process.poll() is None)
    check.same("a server that was busy", (run.end()[0], stored(server)), (0, (FLOWS, FLOWS, FLOWS)))

    before = last(server)
    run = Running(lab, capture, addressed(server.address(), small), ONLY)
    lab.wait(lambda: is_under_way(server, before, 1000), "no rows come")
    with server.connect() as connection:
        connection.execute("DROP TABLE flows CASCADE")
    status, said = run.end()
    check.same("a table that is gone", (status, "is lost" in said or "are lost" in said, "does not exist" in said), (1, True, True))


class Forgetful(threading.Thread):
    """Passes on what goes to the server; after some commits it cuts the connection before the answer comes."""

    def __init__(self, server, cuts):
        super().__init__(daemon=True)
        self.server, self.cuts, self.cut = server, cuts, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def run(self):
        while True:
            ours, _ = self.listener.accept()
            theirs = socket.create_connection(("127.0.0.1", self.server.port))
            back = threading.Thread(target=self.back, args=(ours, theirs), daemon=True)
            back.start()
            threading.Thread(target=self.forth, args=(ours, theirs), daemon=True).start()

    def back(self, ours, theirs):
        try:
            while data := theirs.recv(65536):
                ours.sendall(data)
        except OSError:
            pass

    def forth(self, ours, theirs):
        try:
            while data := ours.recv(65536):
                if b"COMMIT\0" in data and self.cut < self.cuts:
                    self.cut += 1
                    ours.shutdown(socket.SHUT_RDWR)
                    theirs.sendall(data)
                    time.sleep(0.05 * (self.cut % 2))
                    theirs.close()
                    return
                theirs.sendall(data)
        except OSError:
            pass


def commits(lab, check):
    """A connection that is lost while a transaction is committed: the rows are there once."""
    server = Server(lab)
    capture = many(lab, "many.pcap", 20_000)
    # The first transaction makes the tables, through the server itself.
    proxy = Forgetful(server, 0)
    proxy.start()
    before = last(server)
    run = Running(lab, capture, addressed(server.address(at=proxy.port, more="?sslmode=disable"), {"PSQL_BATCH": "1000"}), ONLY)
    lab.wait(lambda: is_under_way(server, before, 1000), "no rows come")
    proxy.cuts = 6
    status, _ = run.end()
    check.same("lost answers", (status, stored(server)), (0, (20_000, 20_000, 20_000)))
    check.true("answers were lost", proxy.cut > 0)


def tls(lab, check):
    """Servers that speak TLS alone, with an authority that is known and one that is not."""
    lab.needs(["openssl"])
    server = Server(lab)
    for name in ("ours", "other"):
        words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1",
                 "-addext", "basicConstraints=critical,CA:FALSE", "-keyout", lab.path(f"{name}.key"), "-out", lab.path(f"{name}.pem")]
        lab.run(words, program="openssl")
    server.kill()
    for name in ("key", "pem"):
        shutil.copy(lab.path(f"ours.{name}"), os.path.join(server.folder, f"ours.{name}"))
        path = os.path.join(server.folder, f"ours.{name}")
        os.chmod(path, 0o600)
        if server.user:
            shutil.chown(path, server.user)
    with open(os.path.join(server.folder, "postgresql.conf"), "a", encoding="ascii") as file:
        file.write("ssl = on\nssl_cert_file = 'ours.pem'\nssl_key_file = 'ours.key'\n")
    with open(os.path.join(server.folder, "pg_hba.conf"), "w", encoding="ascii") as file:
        file.write("hostssl all all 127.0.0.1/32 scram-sha-256\n")
    server.start()
    words = ["-r", lab.captures()[0], "-q", "-w", lab.path("tls"), "--sinks", "postgres"]
    for what, more, ca, expected in (("known", "?sslmode=require", "ours", 0), ("not known", "", "other", 1), ("without", "?sslmode=disable", "ours", 1)):
        _, said, status = lab.run(words, expected=None, environment=addressed(server.address(more=more), {"PSQL_CA": lab.path(f"{ca}.pem")}))
        check.same(f"{what}: {said.strip()!r}: status", status, expected)
    check.true("rows came", server.query("SELECT count(*) FROM flows")[0][0] > 0)


def full(lab, check):
    """A disk that is full: the rows for which there was no room are counted."""
    if os.geteuid() != 0:
        raise Skip("a small disk needs root")
    server = Server(lab)
    small = os.path.join(server.lab.path("small"))
    os.mkdir(small)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "small", small], check=False, capture_output=True).returncode:
        raise Skip("no file system can be mounted")
    try:
        shutil.chown(small, server.user)
        with server.connect() as connection:
            connection.autocommit = True
            connection.execute(f"CREATE TABLESPACE small LOCATION '{small}'")
            connection.execute("ALTER ROLE me SET default_tablespace = 'small'")
        capture = many(lab, "many.pcap", FLOWS)
        run = Running(lab, capture, addressed(server.address(), {"PSQL_BATCH": "500", "PSQL_PATIENCE": "1"}), ONLY)
        status, said = run.end()
        lost = re.search(r"([0-9]+) rows are lost by the sink postgres: (.+)", said)
        rows, different, told = stored(server)
        check.same("full: status", status, 1)
        check.true(f"full: {said.strip()!r} says why", lost and "No space left" in lost.group(2))
        check.same("full: rows and lost ones", rows + int(lost.group(1) if lost else -1), FLOWS)
        check.same("full: none twice", (rows, different), (told, told))
    finally:
        server.kill()
        subprocess.run(["umount", small], check=False)


NAMES = [("postgres", round_trip), ("postgres-refusals", refusals), ("postgres-older", older_runs), ("postgres-faults", faults),
         ("postgres-commits", commits), ("postgres-tls", tls), ("postgres-full", full)]
