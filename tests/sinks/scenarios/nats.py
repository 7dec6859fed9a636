"""Sink nats, read by nats-py from nats-server."""
import asyncio
import os
import signal
import socket
import subprocess
import threading
import time

import json_rows
from lab import Skip

# Most messages that are asked for at once, and seconds of the longest run.
ASKED, LONGEST = 1000, 300


class Server:
    """A nats-server with streams, which can be killed and started again."""

    def __init__(self, lab, more="", jetstream=True):
        lab.needs(["nats-server"])
        try:
            import nats  # noqa: F401
        except ImportError:
            raise Skip("there is no module nats-py") from None
        self.lab, self.port = lab, free_port()
        self.config = lab.path(f"nats{self.port}.conf")
        streams = f'jetstream {{ store_dir: "{lab.path(f"store{self.port}")}" }}' if jetstream else ""
        with open(self.config, "w", encoding="utf-8") as config:
            config.write(f'listen: "127.0.0.1:{self.port}"\n{streams}\n{more}\n')
        self.start()

    def start(self):
        self.process = self.lab.server(["nats-server", "-c", self.config], lambda: answers(self.port))

    def kill(self):
        self.lab.stop(self.process, signal.SIGKILL)

    def url(self, login="", scheme="nats"):
        return f"{scheme}://{login}127.0.0.1:{self.port}"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port):
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as connection:
            return connection.recv(4) == b"INFO"
    except OSError:
        return False


def settings(server, prefix, **others):
    return dict({"NATS_SERVERS": server.url(), "NATS_PREFIX": prefix}, **others)


async def kept(url, stream):
    """All messages of a stream: subjects and texts, in order, and how many the stream says it has."""
    import nats
    client = await nats.connect(url, max_reconnect_attempts=3)
    context = client.jetstream()
    state = (await context.stream_info(stream)).state
    subscription = await context.pull_subscribe("", stream=stream, config=None) if state.messages else None
    messages = []
    while len(messages) < state.messages:
        batch = await subscription.fetch(min(ASKED, state.messages - len(messages)), timeout=10)
        messages += [(message.subject, message.data, (message.headers or {}).get("Nats-Msg-Id")) for message in batch]
        for message in batch:
            await message.ack()
    await client.close()
    return messages


def by_table(messages, prefix):
    tables = {}
    for subject, text, *_ in messages:
        tables.setdefault(subject[len(prefix) + 1:], []).append(text)
    return tables


def compare(check, tables, found):
    check.same("tables", sorted(set(found) - set(tables)), [])
    for name, table in tables.items():
        rows = []
        for text in found.get(name, []):
            names, values = json_rows.row(table, text)
            check.same(f"{name} columns", names, table.names)
            rows.append(values)
        check.table(name, table, table.names, rows)


def round_trip(lab, check):
    """With a stream that flowz makes: all rows, in order, with identities that differ."""
    server = Server(lab)
    for number, capture in enumerate(lab.captures()):
        tables, _ = lab.tables(capture, ["nats"], environment=settings(server, f"t{number}", NATS_STREAM=f"T{number}"))
        if tables:
            messages = asyncio.run(kept(server.url(), f"T{number}"))
            check.same("identities", len({identity for *_, identity in messages}), len(messages))
            compare(check, tables, by_table(messages, f"t{number}"))


class Listener:
    """Is subscribed while a run sends without a stream."""

    def __init__(self, url, prefix):
        self.messages, self.ready, self.done = [], threading.Event(), threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self.listen(url, prefix)))
        self.thread.start()
        self.ready.wait(20)

    async def listen(self, url, prefix):
        import nats

        async def take(message):
            self.messages.append((message.subject, message.data))
        client = await nats.connect(url)
        await client.subscribe(f"{prefix}.>", cb=take, pending_msgs_limit=-1, pending_bytes_limit=-1)
        await client.flush()
        self.ready.set()
        while not self.done.is_set():
            await asyncio.sleep(0.1)
        await client.drain()

    def all(self, expected):
        end = time.monotonic() + 20
        while len(self.messages) < expected and time.monotonic() < end:
            time.sleep(0.05)
        self.done.set()
        self.thread.join()
        return self.messages


def without_stream(lab, check):
    """Whoever is subscribed gets all rows in order."""
    server = Server(lab, jetstream=False)
    for number, capture in enumerate(lab.captures(300_000)[:25]):
        listener = Listener(server.url(), f"t{number}")
        tables, _ = lab.tables(capture, ["nats"], environment=settings(server, f"t{number}"))
        messages = listener.all(sum(len(table.rows) for table in (tables or {}).values()))
        if tables:
            compare(check, tables, by_table(messages, f"t{number}"))


def words(capture, prefix, *others):
    return ["-r", capture, "-w", prefix, "-s", "-q", "--sinks", "txt,nats", *others]


def refused(lab, check, what, environment, expected, ends=1):
    _, err, status = lab.run(words(lab.captures()[0], lab.path("refused")), expected=None, environment=environment)
    check.same(f"{what} status", status, ends)
    check.true(f"{what}: {err!r}", expected in err and "hush" not in err and "panicked" not in err)
    check.true(f"{what}: no files", not os.path.exists(lab.path("refused_flows.txt")))


def refusals(lab, check):
    """What cannot work ends the run with a sentence before anything is read."""
    nobody = {"NATS_SERVERS": "nats://me:hush@127.0.0.1:1", "NATS_CONNECT_WAIT": "1"}
    refused(lab, check, "nobody there", nobody, "cannot reach NATS at 'nats://me:***@127.0.0.1:1'")
    refused(lab, check, "no address", {"NATS_SERVERS": "http://me:hush@x"}, "no address of a server")
    plain = Server(lab, jetstream=False)
    refused(lab, check, "no JetStream", settings(plain, "t", NATS_JETSTREAM="2"), "it has no JetStream")
    refused(lab, check, "bad prefix", settings(plain, "a.>"), "NATS_PREFIX", 2)
    refused(lab, check, "no TLS", dict(NATS_SERVERS=plain.url(scheme="tls"), NATS_CONNECT_WAIT="1"), "cannot reach NATS")
    kept_by = Server(lab, more='authorization { users = [ { user: "me", password: "hush-hush" } ] }')
    refused(lab, check, "no stream", dict(settings(kept_by, "t", NATS_JETSTREAM="2"), NATS_SERVERS=kept_by.url("me:hush-hush@")), "no stream takes the subject t.")
    refused(lab, check, "bad stream", dict(settings(kept_by, "t", NATS_STREAM="a.b"), NATS_SERVERS=kept_by.url("me:hush-hush@")), "the stream a.b is not made")
    refused(lab, check, "wrong password", dict(NATS_SERVERS=kept_by.url("me:hush-no@")), "authorization violation")
    refused(lab, check, "no password", dict(NATS_SERVERS=kept_by.url()), "authorization violation")


def certificates(lab):
    """An authority, and a certificate from it for this machine."""
    lab.needs(["openssl"])

    def openssl(*args):
        subprocess.run(["openssl", *args], check=True, capture_output=True, cwd=lab.folder)
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=test")
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=127.0.0.1")
    with open(lab.path("ext"), "w", encoding="utf-8") as ext:
        ext.write("subjectAltName=IP:127.0.0.1,DNS:localhost\nbasicConstraints=CA:FALSE\n")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "server.pem", "-days", "2", "-extfile", "ext")


def tls(lab, check):
    """The server's certificate must be from whom the toggle names; it may ask for one of ours."""
    certificates(lab)
    here = lab.folder
    server = Server(lab, more=f'tls {{ cert_file: "{here}/server.pem", key_file: "{here}/server.key", ca_file: "{here}/ca.pem", verify: true }}')
    capture = lab.captures()[0]
    trusted = dict(settings(server, "t", NATS_STREAM="T", NATS_CA=lab.path("ca.pem"), NATS_CERT=lab.path("server.pem"), NATS_KEY=lab.path("server.key")),
                   NATS_SERVERS=server.url(scheme="tls"))
    _, err, status = lab.run(words(capture, lab.path("tls")), expected=None, environment=trusted)
    check.true(f"TLS: {status} {err!r}", status in (0, 3))
    refused(lab, check, "stranger", dict(trusted, NATS_CA="", NATS_CONNECT_WAIT="1"), "cannot reach NATS")
    refused(lab, check, "no certificate of ours", dict(trusted, NATS_CERT="", NATS_KEY="", NATS_CONNECT_WAIT="1"), "cannot reach NATS")
    refused(lab, check, "no such file", dict(trusted, NATS_CA="/nowhere", NATS_CONNECT_WAIT="1"), "cannot reach NATS")


def largest(lab):
    return max(lab.captures(), key=os.path.getsize)


def lines(lab, prefix):
    return sum(1 for name in ("flows", "packets") for _ in open(lab.path(f"{prefix}_{name}.txt"), "rb")) - 2


def fed(lab, prefix, environment, troubles):
    """A run whose capture comes in pieces: each trouble begins in front of its piece and ends when that is under way. However fast the
    machine is, rows come while the server has it. Yields standard output, standard error and status."""
    with open(largest(lab), "rb") as capture:
        data = capture.read()
    size = len(data) // (len(troubles) + 1)
    command = [lab.flowz] + [word for word in words("-", lab.path(prefix), "--plugins", "all") if word != "-q"]
    with open(lab.path("out"), "w+b") as out, open(lab.path("err"), "w+b") as err:
        run = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=out, stderr=err, cwd=lab.folder, env=dict(os.environ, **environment))

        def feed(piece):
            run.stdin.write(piece)
            run.stdin.flush()
        feed(data[:size])
        for number, (begin, pause, end) in enumerate(troubles, 1):
            begin()
            last = len(data) if number == len(troubles) else (number + 1) * size
            feeder = threading.Thread(target=feed, args=[data[number * size:last]])
            feeder.start()
            time.sleep(pause)
            end()
            feeder.join()
        run.stdin.close()
        status = run.wait(LONGEST)
        out.seek(0)
        err.seek(0)
        return out.read(), err.read().decode(errors="replace"), status


def again(lab, check, prefix, environment, troubles):
    """Runs while the server has troubles; all must arrive, but not at once."""
    out, err, status = fed(lab, prefix, environment, troubles)
    check.true(f"status {status}: {err[-500:]!r}", status in (0, 3))
    check.true("tries are told", b"Batches tried again by nats" in out)


def killed(lab, check):
    """A server that is killed and comes back has each row once."""
    server = Server(lab)
    asyncio.run(stream(server.url(), "K", "k"))

    slow = settings(server, "k", NATS_QUEUE="1", NATS_BATCH="50")
    again(lab, check, "k", slow, [(server.kill, 0.7, server.start)] * 2)
    messages = asyncio.run(kept(server.url(), "K"))
    tables = by_table(messages, "k")
    check.same("rows, each once", len(tables.get("flows", [])) + len(tables.get("packets", [])), lines(lab, "k"))
    check.same("identities", len({identity for *_, identity in messages}), len(messages))


async def stream(url, name, prefix, **others):
    import nats
    client = await nats.connect(url)
    await client.jetstream().add_stream(name=name, subjects=[f"{prefix}.>"], **others)
    await client.close()


def stalls(lab, check):
    """A server that stalls for longer than an answer may take: what comes twice is known by its identity."""
    server = Server(lab)
    asyncio.run(stream(server.url(), "S", "s"))

    def signalled(how):
        return lambda: os.killpg(server.process.pid, how)
    slow = settings(server, "s", NATS_QUEUE="1", NATS_BATCH="50", NATS_ANSWER_WAIT="1")
    again(lab, check, "s", slow, [(signalled(signal.SIGSTOP), 4, signalled(signal.SIGCONT))])
    messages = asyncio.run(kept(server.url(), "S"))
    tables = by_table(messages, "s")
    check.same("rows, each once", len(tables.get("flows", [])) + len(tables.get("packets", [])), lines(lab, "s"))


def gone(lab, check):
    """A server that stays away costs its rows, and the run ends in time."""
    server = Server(lab)
    asyncio.run(stream(server.url(), "G", "g"))
    began = time.monotonic()
    slow = settings(server, "g", NATS_QUEUE="1", NATS_BATCH="20", NATS_PATIENCE="2")
    _, err, status = fed(lab, "g", slow, [(server.kill, 0, lambda: None)])
    check.same("status", status, 1)
    check.true(f"a sentence: {err[-500:]!r}", "lost by the sink nats" in err)
    check.true(f"{time.monotonic() - began} s", time.monotonic() - began < 120)


def limits(lab, check):
    """Messages that are too large, subjects that are not allowed, a stream that is full, and no rows."""
    capture = largest(lab)
    server = Server(lab, more="max_payload: 1500")
    asyncio.run(stream(server.url(), "L", "large"))
    for prefix in ("large", "unkept"):
        _, err, status = lab.run(words(capture, lab.path(prefix)), expected=None, environment=settings(server, prefix))
        check.same(f"{prefix}: status", status, 1)
        check.true(f"{prefix}: {err[-500:]!r}", "lost by the sink nats" in err and "payload" in err)
    found = len(asyncio.run(kept(server.url(), "L")))
    check.true(f"the others arrive: {found}", 0 < found < lines(lab, "large"))

    users = """authorization { users = [ { user: "me", password: "hush-hush", permissions: {
        publish: [ "d.flows", "f.>", "$JS.>", "_INBOX.>" ], subscribe: [ ">" ] } } ] }"""
    server = Server(lab, more=users)
    login = server.url("me:hush-hush@")
    listener = Listener(login, "d")
    _, err, status = lab.run(words(capture, lab.path("d")), expected=None, environment=dict(settings(server, "d"), NATS_SERVERS=login))
    flows = sum(1 for _ in open(lab.path("d_flows.txt"), "rb")) - 1
    tables = by_table(listener.all(flows), "d")
    check.same("denied: status", status, 1)
    check.true(f"denied: {err[-500:]!r}", "ermissions" in err and "d.packets" in err and "hush" not in err)
    check.same("denied: the flows arrive", {name: len(rows) for name, rows in tables.items()}, {"flows": flows})

    asyncio.run(stream(login, "F", "f", max_msgs=10, discard="new"))
    _, err, status = lab.run(words(capture, lab.path("f")), expected=None, environment=dict(settings(server, "f", NATS_PATIENCE="1"), NATS_SERVERS=login))
    check.same("full: status", status, 1)
    check.true(f"full: {err[-500:]!r}", "maximum messages" in err)
    check.same("full: what fits in", len(asyncio.run(kept(login, "F"))), 10)

    empty = lab.path("empty.pcap")
    with open(empty, "wb") as target:
        target.write(bytes.fromhex("d4c3b2a1020004000000000000000000ffff000001000000"))
    server = Server(lab)
    _, err, status = lab.run(["-r", empty, "-w", lab.path("none"), "--sinks", "txt,nats"], environment=settings(server, "none", NATS_STREAM="N"))
    check.true(f"no rows: {status} {err!r}", "lost" not in err)
    check.same("no rows", asyncio.run(kept(server.url(), "N")), [])


NAMES = [("nats", round_trip), ("nats-without-stream", without_stream), ("nats-refusals", refusals), ("nats-tls", tls), ("nats-killed", killed),
         ("nats-stalls", stalls), ("nats-gone", gone), ("nats-limits", limits)]
