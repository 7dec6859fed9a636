"""Sink kafka, read by confluent-kafka from a cluster within librdkafka."""
import os
import signal
import subprocess
import sys
import threading
import time

import json_rows
from lab import Skip

HERE = os.path.dirname(os.path.abspath(__file__))
FLOWS = ("flows", "packets")


def cluster(lab, brokers=3):
    """Starts a cluster; yields its process and its addresses."""
    try:
        import confluent_kafka  # noqa: F401
    except ImportError:
        raise Skip("there is no module confluent-kafka") from None
    process = subprocess.Popen([sys.executable, os.path.join(HERE, "..", "mock_kafka.py"), str(brokers)], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True, cwd=lab.folder)
    lab.servers.append(process)
    return process, process.stdout.readline().decode().strip()


class Reader:
    """Reads all topics of a prefix while a run writes them: the cluster keeps only the last megabytes. Topics of tables that are named are made."""

    def __init__(self, servers, prefix, tables=()):
        from confluent_kafka import Consumer
        self.consumer = Consumer({"bootstrap.servers": servers, "group.id": prefix, "enable.auto.commit": False, "auto.offset.reset": "earliest",
                                  "allow.auto.create.topics": True})
        self.prefix, self.known, self.messages, self.goes_on, self.last = prefix, set(), [], True, time.monotonic()
        for table in tables:
            self.consumer.list_topics(f"{prefix}.{table}", timeout=10)
        self.assign()
        self.thread = threading.Thread(target=self.read)
        self.thread.start()

    def read(self):
        while self.goes_on:
            self.assign()
            for message in self.consumer.consume(5000, 0.1):
                if not message.error():
                    self.messages.append((message.topic(), message.partition(), message.key(), message.value()))
                    self.last = time.monotonic()
        self.consumer.close()

    def assign(self):
        """Goes on with partitions that are new."""
        from confluent_kafka import OFFSET_BEGINNING, TopicPartition
        there = {(name, number) for name, topic in self.consumer.list_topics(timeout=10).topics.items() if name.startswith(self.prefix + ".")
                 for number in topic.partitions}
        new = there - self.known
        if new:
            self.consumer.incremental_assign([TopicPartition(name, number, OFFSET_BEGINNING) for name, number in sorted(new)])
            self.known |= new

    def all(self, expected):
        """All messages by their table, as soon as there are so many; fewer if none comes for a while."""
        self.last = time.monotonic()
        while len(self.messages) < expected and time.monotonic() - self.last < 10:
            time.sleep(0.02)
        time.sleep(0.2)  # One that comes twice.
        self.goes_on = False
        self.thread.join()
        tables = {}
        for topic, *rest in self.messages:
            tables.setdefault(topic[len(self.prefix) + 1:], []).append(rest)
        return tables


def compare(check, tables, found):
    """Rows of all tables; both directions of a conversation are in one partition."""
    check.same("tables", sorted(set(found) - set(tables)), [])
    for name, table in tables.items():
        rows, places = [], {}
        for partition, key, text in found.get(name, []):
            names, values = json_rows.row(table, text)
            check.same(f"{name} columns", names, table.names)
            rows.append(values)
            places.setdefault(key, set()).add(partition)
        check.table(name, table, table.names, rows, ordered=False)
        check.same(f"{name}: keys in several partitions", [key for key, all_of in places.items() if len(all_of) > 1], [])
        ends = [table.names.index(column) for column in ("srcIP", "dstIP") if column in table.names]
        if len(ends) == 2 and table.rows:
            pairs = {frozenset(row[end] for end in ends) for row in table.rows if not {"", "-"} & {row[end] for end in ends}}
            check.same(f"{name}: pairs of addresses", {frozenset(key.decode().split(" ")) for key in places if b" " in key}, pairs)


def settings(servers, prefix, **others):
    return dict({"KAFKA_SERVERS": servers, "KAFKA_PREFIX": prefix}, **others)


def round_trip(lab, check):
    _, servers = cluster(lab)
    names = list(lab.columns())
    for number, capture in enumerate(lab.captures()):
        reader = Reader(servers, f"t{number}", names)
        tables, _ = lab.tables(capture, ["kafka"], environment=settings(servers, f"t{number}", KAFKA_COMPRESSION=str(number % 3), KAFKA_BATCH="500"))
        found = reader.all(sum(len(table.rows) for table in (tables or {}).values()))
        if tables:
            compare(check, tables, found)


def largest(lab):
    return max(lab.captures(), key=os.path.getsize)


def words(capture, prefix, *others):
    return ["-r", capture, "-w", prefix, "-s", "-q", "--sinks", "txt,kafka", *others]


def refusals(lab, check):
    """What cannot work ends the run with a sentence before anything is read."""
    _, servers = cluster(lab)
    capture = lab.captures()[0]
    cases = [
        ("nobody there", 1, {"KAFKA_SERVERS": "127.0.0.1:1", "KAFKA_CONNECT_WAIT": "1"}, "cannot reach Kafka at '127.0.0.1:1'"),
        ("no topic", 1, settings(servers, "absent", KAFKA_CREATE="0"), "has no topic absent.flows, absent.packets"),
        ("bad prefix", 2, settings(servers, "a b"), "KAFKA_PREFIX"),
        ("property", 2, settings(servers, "x", KAFKA_PROPERTIES="no.such=1"), "no.such"),
        ("not a property", 2, settings(servers, "x", KAFKA_PROPERTIES="secret"), "item 1 of KAFKA_PROPERTIES is not NAME=VALUE"),
        ("contradiction", 2, settings(servers, "x", KAFKA_PROPERTIES="acks=1"), "acks"),
        ("login", 1, settings(servers, "x", KAFKA_CONNECT_WAIT="3", KAFKA_PROPERTIES=(
            "security.protocol=SASL_PLAINTEXT,sasl.mechanisms=PLAIN,sasl.username=me,sasl.password=hush-hush")), "cannot reach Kafka"),
        ("config", 1, settings(servers, "x", KAFKA_CONFIG="/nowhere"), "/nowhere"),
    ]
    for what, ends, environment, expected in cases:
        _, err, status = lab.run(words(capture, lab.path("refused")), expected=None, environment=environment)
        check.same(f"{what} status", status, ends)
        check.true(f"{what}: {err!r}", expected in err and "hush" not in err and "panicked" not in err)
        check.true(f"{what}: no files", not os.path.exists(lab.path("refused_flows.txt")))


def secrets(lab, check):
    """A password stands in no file of the run."""
    _, servers = cluster(lab)
    file = lab.path("client.properties")
    with open(file, "w", encoding="utf-8") as config:
        config.write("# comment\n\nsasl.password = hush-two\n")
    _, err, _ = lab.run(words(lab.captures()[0], lab.path("secret"), "-o", "kafkaSink.KAFKA_PROPERTIES=sasl.username=me,sasl.password=hush;one"),
                        environment=settings(servers, "secret", KAFKA_CONFIG=file))
    check.true("standard error", "hush" not in err)
    for name in os.listdir(lab.folder):
        if name.startswith("secret_"):
            with open(lab.path(name), "rb") as content:
                check.true(name, b"hush" not in content.read())


def faults(lab, check):
    """No rows, messages that are too large, a server that is slow, one that stalls, one that goes for ever."""
    process, servers = cluster(lab, 1)
    capture = largest(lab)

    empty = lab.path("empty.pcap")
    with open(capture, "rb") as source, open(empty, "wb") as target:
        target.write(bytes.fromhex("d4c3b2a1020004000000000000000000ffff000001000000"))
    _, err, status = lab.run(["-r", empty, "-w", lab.path("none"), "--sinks", "txt,kafka"], environment=settings(servers, "none"))
    check.true(f"no rows: {status} {err[-300:]!r}", "lost" not in err)

    small = settings(servers, "small", KAFKA_PROPERTIES="message.max.bytes=1500")
    reader = Reader(servers, "small")
    _, err, status = lab.run(words(capture, lab.path("small")), expected=None, environment=small)
    lines = sum(1 for name in FLOWS for _ in open(lab.path(f"small_{name}.txt"), "rb")) - 2
    found = sum(map(len, reader.all(lines).values()))
    check.same("too large: status", status, 1)
    check.true(f"too large: {err[-500:]!r}", "too large" in err and f"{lines - found:,}".replace(",", "") in err.replace("'", "").replace(",", ""))
    check.true(f"too large: the others arrive: {found} of {lines}", 0 < found < lines)

    reader = Reader(servers, "stall")
    stall = threading.Thread(target=stalled, args=(process,))
    stall.start()
    began = time.monotonic()
    _, err, status = lab.run(words(capture, lab.path("stall")), expected=None, environment=settings(servers, "stall", KAFKA_QUEUE="1", KAFKA_BATCH="100"))
    check.true("a server that stalls: it is waited for", time.monotonic() - began > 4)
    stall.join()
    lines = sum(1 for name in FLOWS for _ in open(lab.path(f"stall_{name}.txt"), "rb")) - 2
    found = reader.all(lines)
    check.same("a server that stalls: rows, each once", sum(map(len, found.values())), lines)
    check.same("a server that stalls: status", status, 0)

    threading.Timer(0.3, lambda: os.killpg(process.pid, signal.SIGKILL)).start()
    began = time.monotonic()
    gone = settings(servers, "gone", KAFKA_PATIENCE="2", KAFKA_QUEUE="1", KAFKA_BATCH="20")
    _, err, status = lab.run(words(capture, lab.path("gone"), "--plugins", "all"), expected=None, environment=gone)
    check.same("a server that goes: status", status, 1)
    check.true(f"a server that goes: {err[-500:]!r}", "lost by the sink kafka" in err)
    check.true(f"a server that goes: {time.monotonic() - began} s", time.monotonic() - began < 120)
    check.true("a server that goes: the text files are whole", os.path.exists(lab.path("gone_flows.txt")))


def stalled(process):
    """Stops a server for a while, and lets it go on."""
    time.sleep(0.2)
    os.killpg(process.pid, signal.SIGSTOP)
    time.sleep(4)
    os.killpg(process.pid, signal.SIGCONT)


NAMES = [("kafka", round_trip), ("kafka-refusals", refusals), ("kafka-secrets", secrets), ("kafka-faults", faults)]
