"""A folder, servers, captures of one scenario, and what is compared."""
import contextlib
import csv
import glob
import os
import re
import shutil
import signal
import socket
import subprocess
import time

# Longest wait for a client, and for a server or a capture to be ready, in seconds.
CLIENT, READY = 60, 30


class Skip(Exception):
    """Why a scenario cannot run here."""


class Check:
    """Counts values that are compared, and keeps those that differ."""

    def __init__(self):
        self.values, self.wrong = 0, []

    def same(self, what, ours, theirs):
        self.values += 1
        if ours != theirs:
            self.wrong.append(f"{what}: {str(ours)[:300]!r}, the client says {str(theirs)[:300]!r}")

    def true(self, what, holds):
        self.same(what, bool(holds), True)


class Lab:
    """Servers of a scenario; they are stopped at its end."""

    def __init__(self, flowz, folder):
        self.flowz, self.folder, self.servers = flowz, folder, []

    def __enter__(self):
        os.mkdir(self.folder)
        return self

    def __exit__(self, *_):
        for server in self.servers:
            self.stop(server)
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def write(self, name, content):
        with open(self.path(name), "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        return self.path(name)

    def needs(self, programs):
        missing = [name for name in programs if not shutil.which(name, path=self.environment()["PATH"])]
        if missing:
            raise Skip(f"there is no {', '.join(missing)}")

    @staticmethod
    def environment():
        """Words are English, no proxy is asked, programs of the system are found."""
        kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        return kept | {"LC_ALL": "C", "TZ": "UTC", "PATH": os.environ.get("PATH", "") + ":/usr/sbin:/sbin"}

    def program(self, name):
        return shutil.which(name, path=self.environment()["PATH"])

    def server(self, words, port, udp=False):
        """Starts a server and waits until it listens on its port."""
        log = self.path(f"server{len(self.servers)}.log")
        with open(log, "wb") as file:
            words = [self.program(words[0])] + words[1:]
            server = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=file, stderr=file, start_new_session=True,
                                      env=self.environment(), cwd=self.folder)
        self.servers.append(server)
        end = time.monotonic() + READY
        while not listens(port, udp):
            if server.poll() is not None or time.monotonic() > end:
                with open(log, encoding="utf-8", errors="replace") as file:
                    raise Skip(f"{os.path.basename(words[0])} does not start: {' '.join(file.read().split())[-300:]}")
            time.sleep(0.02)
        return server

    @staticmethod
    def wait(is_ready):
        """Waits until something is so."""
        end = time.monotonic() + READY
        while not is_ready():
            if time.monotonic() > end:
                raise Skip("a server does not get ready")
            time.sleep(0.05)

    @staticmethod
    def stop(server):
        """Ends a server with what it has started."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(timeout=5)
                return

    def run(self, words, data=b""):
        """What a client prints: output and errors."""
        result = subprocess.run(words, input=data, capture_output=True, check=False, timeout=CLIENT, env=self.environment(), cwd=self.folder)
        return result.stdout.decode(errors="replace"), result.stderr.decode(errors="replace")

    @contextlib.contextmanager
    def capture(self, interface="lo", beyond="127.0.0.1"):
        """Captures what is said meanwhile; yields the file's path. `beyond` is an address behind the interface."""
        capture, log = self.path("capture.pcap"), self.path("tcpdump.log")
        with contextlib.suppress(FileNotFoundError):
            os.remove(capture)
        words = ["tcpdump", "-i", interface, "-n", "-U", "-Z", "root", "-s", "0", "-B", "32768", "-w", capture]
        with open(log, "wb") as file:
            tcpdump = subprocess.Popen(words, stdout=file, stderr=file, start_new_session=True, env=self.environment())
        try:
            await_bytes(log, b"listening on", tcpdump)
            yield capture
            # The last packets of the connections, then one that shows that all before it are written.
            time.sleep(0.3)
            mark = b"the end of the capture " + os.urandom(16)
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
                out.sendto(mark, (beyond, 9))
            await_bytes(capture, mark, tcpdump)
        finally:
            tcpdump.send_signal(signal.SIGINT)
            tcpdump.wait(timeout=READY)
        with open(log, encoding="utf-8", errors="replace") as file:
            lost = re.search(r"([1-9]\d*) packets? dropped by kernel", file.read())
        if lost:
            raise Skip(f"{lost.group(1)} packets are not in the capture, this machine is too slow")

    def analyse(self, capture, plugin, options=()):
        """Tables of flowz with this plugin: name -> rows. Texts are without their quotation marks."""
        for old in glob.glob(self.path("flowz_*")):
            shutil.rmtree(old) if os.path.isdir(old) else os.remove(old)
        words = [self.flowz, "-r", capture, "-w", self.path("flowz"), "--plugins", "basicFlow," + plugin, "-q", "--no-config"]
        words += [word for option in options for word in ("-o", f"{plugin}.{option}")]
        result = subprocess.run(words, capture_output=True, check=False, timeout=CLIENT, text=True)
        if f"no plugin '{plugin}'" in result.stderr:
            raise Skip(f"this program has no {plugin}")
        if result.returncode != 0:
            raise ValueError(result.stderr.strip())
        tables = {}
        for path in glob.glob(self.path("flowz_*.txt")):
            with open(path, encoding="utf-8", errors="replace", newline="\n") as file:
                columns = file.readline().lstrip("%").rstrip("\n").split("\t")
                rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
                tables[os.path.basename(path)[len("flowz_"):-len(".txt")]] = [dict(zip(columns, row)) for row in rows]
        return tables

    def keep(self, folder, name):
        """Copies the capture."""
        if folder and os.path.exists(self.path("capture.pcap")):
            os.makedirs(folder, exist_ok=True)
            shutil.copy(self.path("capture.pcap"), os.path.join(folder, name + ".pcap"))


def text(cell):
    """A text without its quotation marks and backslashes."""
    return re.sub(r"\\(.)", r"\1", cell[1:-1]) if len(cell) >= 2 and cell[0] == cell[-1] == '"' else cell


def texts(cell):
    """The values of a list: texts with quotation marks, or others."""
    return [text(value) for value in re.findall(r'"(?:[^"\\]|\\.)*"|[^;"]+', cell)]


def listens(port, udp):
    """Whether something listens on a port, without a connection to it."""
    # States of the kernel: 0A listens, 07 a UDP socket without a peer.
    protocol, state = ("udp", "07") if udp else ("tcp", "0A")
    for path in (f"/proc/net/{protocol}", f"/proc/net/{protocol}6"):
        with contextlib.suppress(FileNotFoundError), open(path, encoding="ascii") as file:
            if any(re.match(rf"\s*\d+: \w+:{port:04X} \S+ {state} ", line) for line in file):
                return True
    return False


def await_bytes(path, wanted, process):
    """Waits until a file has these bytes."""
    end = time.monotonic() + READY
    while time.monotonic() < end:
        with contextlib.suppress(FileNotFoundError), open(path, "rb") as file:
            if wanted in file.read():
                return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise Skip("tcpdump does not capture")
