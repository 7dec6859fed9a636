"""Sink socket, with listeners in Python."""
import gzip
import importlib
import json
import os
import socket
import subprocess
import threading
import time

OWN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "data")
# Flows of the large capture, and KiB of memory that the sink may take.
ROWS, MORE = 300_000, 64 << 10
WEB = os.path.join(OWN, "web.pcap")


class Listener:
    """Reads connections one after the other, each into a text."""

    def __init__(self, family=socket.AF_INET, address=("127.0.0.1", 0), pause=0.0, most=None):
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(address)
        self.socket.listen()
        self.pause, self.most, self.read = pause, most, []
        self.thread = threading.Thread(target=self.all, daemon=True)
        self.thread.start()

    def all(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            parts = []
            self.read.append(parts)
            with connection:
                while data := connection.recv(65536):
                    parts.append(data)
                    time.sleep(self.pause)
                    if self.most and sum(map(len, parts)) > self.most:
                        break

    def port(self):
        return self.socket.getsockname()[1]

    def texts(self):
        return [b"".join(parts) for parts in self.read]

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(10)


def words(port, *settings):
    found = ["--sinks", "txt,socket", "-o", f"socketSink.DPORT={port}"]
    for setting in settings:
        found += ["-o", f"socketSink.{setting}"]
    return found


def file(path):
    with open(path, "rb") as text:
        return text.read()


def streams(lab, check):
    """What arrives is the file of txt, or that of json."""
    own = importlib.import_module("scenarios.json")
    for capture in lab.captures(300_000)[:60]:
        listener = Listener()
        tables, prefix = lab.tables(capture, ["socket"], ["-o", f"socketSink.DPORT={listener.port()}"])
        listener.close()
        if tables:
            check.same(f"{capture} as lines", listener.texts(), [file(f"{prefix}_flows.txt")])
        listener = Listener()
        tables, _ = lab.tables(capture, ["socket"], words(listener.port(), "CONTENTTYPE=2")[2:])
        listener.close()
        if tables:
            names, rows = own.rows(tables["flows"], listener.texts()[0].decode().splitlines())
            check.table(f"{capture} as JSON", tables["flows"], names, rows)


def forms(lab, check):
    """gzip, lines about the run, sockets of this machine, datagrams."""
    run = ["-r", WEB, "-w", lab.path("w"), "-q"]
    listener = Listener()
    lab.run([*run, *words(listener.port(), "GZ_COMPRESS=1", "HOST_INFO=1")])
    listener.close()
    text = file(lab.path("w_flows.txt"))
    packed = gzip.decompress(listener.texts()[0])
    about = packed[:-len(text)].decode().splitlines()
    check.true("lines about the run", packed.endswith(text) and len(about) > 3 and all(line.startswith("% ") for line in about))
    listener = Listener(socket.AF_UNIX, lab.path("s"))
    lab.run([*run, *words(1, f"SERVADD=unix:{lab.path('s')}", "SKT_HEADER=0")])
    listener.close()
    check.same("a stream of this machine", listener.texts(), [text.split(b"\n", 1)[1]])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        datagrams.bind(("127.0.0.1", 0))
        datagrams.settimeout(20)
        lab.run([*run, *words(datagrams.getsockname()[1], "SOCKTYPE=0")])
        lines = text.splitlines(keepends=True)
        check.same("datagrams", [datagrams.recv(65536) for _ in lines], lines)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as datagrams:
        datagrams.bind(lab.path("d"))
        datagrams.settimeout(20)
        got = []
        reader = threading.Thread(target=lambda: got.extend(datagrams.recv(65536) for _ in lines))
        reader.start()
        lab.run([*run, *words(1, f"SERVADD=unix:{lab.path('d')}", "SOCKTYPE=0")])
        reader.join()
        check.same("datagrams of this machine", got, lines)
    listener = Listener()
    lab.run([*run, *words(listener.port(), "CONTENTTYPE=2"), "--where", "flowInd == 0"])
    listener.close()
    check.same("no rows", listener.texts(), [b""])


def faults(lab, check):
    """Nobody listens, listeners that go and come back, that are slow, that read nothing."""
    run = ["-r", WEB, "-w", lab.path("w"), "-q"]
    gone = Listener()
    port = gone.port()
    gone.close()
    _, told, status = lab.run([*run, *words(port)], expected=None)
    check.true(f"nobody listens: {told}", status == 1 and f"cannot connect to 127.0.0.1:{port} by TCP" in told)
    check.true("nothing is written", not os.path.exists(lab.path("w_flows.txt")))
    _, told, status = lab.run([*run, *words(port, "SOCKTYPE=0", "GZ_COMPRESS=1")], expected=None)
    check.true(f"a contradiction: {told}", status != 0 and "GZ_COMPRESS" in told)

    many = os.path.join(OWN, "many.pcap")
    slow = Listener(pause=0.02)
    lab.run(["-r", many, "-w", lab.path("m"), "-q", *words(slow.port())])
    slow.close()
    check.same("a slow listener", slow.texts(), [file(lab.path("m_flows.txt"))])


def million(lab, check):
    """Many rows to a listener that is slow at first: all arrive, and memory is bounded. Then one that closes in the middle."""
    capture = lab.path("million.pcap")
    flows(capture, ROWS)
    run = [lab.flowz, "-r", capture, "-w", lab.path("x"), "-q", "--plugins", "basicFlow"]
    alone = peak(run)
    listener = Listener(pause=0.001)
    together = peak([*run, *words(listener.port())])
    listener.close()
    text = file(lab.path("x_flows.txt"))
    check.same("lines", listener.texts()[0] == text, True)
    check.same("as many as there are", text.count(b"\n"), ROWS + 1)
    check.true(f"{together - alone} KiB more memory", together - alone < MORE)

    listener = Listener(most=3_000_000)
    done = subprocess.run([*run[:-3], *run[-2:], *words(listener.port())], capture_output=True, text=True, check=False, cwd=lab.folder)
    listener.close()
    header, *lines = text.splitlines(keepends=True)
    parts = [part.splitlines(keepends=True) for part in listener.texts()]
    check.true("each connection begins with the names", all(part[0] == header for part in parts if part))
    arrived = [line for part in parts for line in part[1:] if line.endswith(b"\n")]
    place = {line: number for number, line in enumerate(lines)}
    places = [place.get(line) for line in arrived]
    check.true(f"whole rows in order, none twice: {len(places)} in {len(parts)} connections", None not in places and all(a < b for a, b in zip(places, places[1:])))
    check.true(f"it is told: {done.returncode} {done.stderr[-900:]}", done.returncode == 0 and (len(parts) == 1 or "broke" in done.stderr + done.stdout))


def peak(words_):
    """Runs a program; yields the most memory that it had, in KiB."""
    process = subprocess.Popen(words_, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    most = 0
    while process.poll() is None:
        try:
            with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
                most = max([most, *(int(line.split()[1]) for line in status if line.startswith("VmHWM"))])
        except (FileNotFoundError, ProcessLookupError):
            pass
        time.sleep(0.02)
    if process.returncode:
        raise RuntimeError(f"{' '.join(words_)}: status {process.returncode}")
    return most


def flows(path, count):
    """A capture of so many flows, a packet each."""
    with open(path, "wb") as file_:
        file_.write(bytes.fromhex("d4c3b2a1020004000000000000000000ffff000001000000"))
        for n in range(count):
            ip = bytes.fromhex("4500001c00000000401100000a") + n.to_bytes(3, "big") + bytes.fromhex("0a000001")
            udp = (1024 + n % 60000).to_bytes(2, "big") + bytes.fromhex("003500080000")
            frame = bytes.fromhex("0200000000010200000000020800") + ip + udp
            file_.write((1_700_000_000 + n // 100_000).to_bytes(4, "little") + (n % 100_000).to_bytes(4, "little") + len(frame).to_bytes(4, "little") * 2 + frame)


NAMES = [("socket", streams), ("socket-forms", forms), ("socket-faults", faults), ("socket-million", million)]
