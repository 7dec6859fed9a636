"""Two networks with a cable between them, programs in both, and what flowz has written."""
import contextlib
import glob
import os
import re
import shutil
import signal
import socket
import subprocess
import time

# Longest wait for a program to be ready or to end, in seconds.
READY = 30
# Addresses of this side and the far one, by cable.
CABLES = {"va": ("10.9.0.1", "10.9.0.2", "fd09::1", "fd09::2"), "wa": ("10.8.0.1", "10.8.0.2", "fd08::1", "fd08::2")}
FAR = ["ip", "netns", "exec", "far"]


class Skip(Exception):
    """Why a scenario cannot run here."""


class Check:
    """Counts what is compared, and keeps what is wrong."""

    def __init__(self):
        self.values, self.wrong = 0, []

    def same(self, what, ours, theirs):
        self.values += 1
        if ours != theirs:
            self.wrong.append(f"{what}: {str(ours)[:300]!r}, not {str(theirs)[:300]!r}")

    def true(self, what, holds):
        self.values += 1
        if not holds:
            self.wrong.append(what)


class Lab:
    """Programs of a scenario and its folder; all of it ends with the scenario."""

    def __init__(self, flowz, folder):
        self.flowz, self.folder, self.started, self.log = flowz, folder, [], 0

    def __enter__(self):
        os.mkdir(self.folder)
        return self

    def __exit__(self, *_):
        for program in reversed(self.started):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(program.pid, signal.SIGKILL)
            program.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def write(self, name, content):
        with open(self.path(name), "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        return self.path(name)

    def start(self, words, out=None):
        """Starts a program; what it says is in its `said`."""
        self.log += 1
        log = self.path(f"log{self.log}")
        with open(log, "wb") as file:
            program = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out or file, stderr=file, start_new_session=True, env=environment(), cwd=self.folder)
        program.log = log
        self.started.append(program)
        return program

    def flowz_on(self, interface, prefix, *options, out=None):
        """Starts flowz; it captures when this is over."""
        words = [self.flowz, "-i", interface, "-w", prefix, "--no-config", *options]
        program = self.start(words, out)
        # With rows on standard output the report is on standard error.
        wait_until(f"flowz on {interface}", lambda: said(program).count("Snapshot length") >= interface.count(",") + 1, program)
        return program

    def tcpdump(self, interface, capture, *options):
        """Starts tcpdump; it captures when this is over."""
        words = ["tcpdump", "-i", interface, "-w", capture, "-U", "-B", "65536", "-n", "--time-stamp-precision=nano", "-Z", "root", *options]
        program = self.start(words)
        wait_until("tcpdump", lambda: "listening on" in said(program), program)
        return program

    def read(self, capture, prefix, *options):
        """Lets flowz read a capture."""
        words = [self.flowz, "-r", capture, "-w", prefix, "-q", "--no-config", *options]
        done = subprocess.run(words, capture_output=True, check=False, text=True, timeout=300, cwd=self.folder)
        if done.returncode != 0:
            raise ValueError(f"{' '.join(words)}: {done.stderr.strip()}")

    def tables(self, prefix):
        """Tables of a run: name -> header and sorted rows, as they are. What is said of the run itself is left out."""
        found = {}
        for path in glob.glob(self.path(prefix + "_*.txt")):
            name = os.path.basename(path)[len(prefix) + 1:-len(".txt")]
            if name != "log" and not name.endswith("headers"):
                head, *rows = lines(path)
                found[name] = [head] + sorted(rows)
        return found


def environment():
    """Words are English, times UTC, no proxy is asked."""
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


def lines(path):
    with open(path, encoding="utf-8", errors="surrogateescape", newline="\n") as file:
        return file.read().split("\n")[:-1]


def said(program):
    with open(program.log, encoding="utf-8", errors="replace") as file:
        return file.read()


def end(program, number=signal.SIGINT, within=READY):
    """Ends a program; yields its exit status."""
    if program.poll() is None:
        program.send_signal(number)
    try:
        return program.wait(timeout=within)
    except subprocess.TimeoutExpired:
        raise ValueError(f"{program.args[0]} does not end: {said(program)[-300:]}") from None


def run(words, within=120, **settings):
    """Runs a program that must succeed."""
    done = subprocess.run(words, capture_output=True, check=False, text=True, timeout=within, env=environment(), **settings)
    if done.returncode != 0:
        raise ValueError(f"{' '.join(words)}: {(done.stderr or done.stdout).strip()[-300:]}")
    return done.stdout


def ip(words):
    run(["ip", *words.split()])


def needs(programs):
    missing = [name for name in programs if not shutil.which(name)]
    if missing:
        raise Skip(f"there is no {', '.join(missing)}")


def wait_until(what, holds, program=None, within=READY):
    """Waits until something is so."""
    until = time.monotonic() + within
    while not holds():
        if program is not None and program.poll() is not None:
            raise ValueError(f"{what}: has ended: {said(program)[-500:]}")
        if time.monotonic() > until:
            raise ValueError(f"{what}: not within {within} s")
        time.sleep(0.02)


def number(text, pattern, missing=0):
    """The last number that stands where the pattern has its group."""
    found = re.findall(pattern, text)
    return int(found[-1].replace(",", "").replace("'", "")) if found else missing


def cable(near, is_new=True):
    """A cable; neighbours are known, so that no packet comes by itself."""
    far = near[0] + "b"
    if is_new:
        ip(f"link add {near} type veth peer name {far} netns far")
    own, other, own6, other6 = CABLES[near]
    for where, name, (address, address6) in (([], near, (own, own6)), (["-n", "far"], far, (other, other6))):
        quiet = [f"net.ipv6.conf.{name}.{setting}" for setting in ("accept_dad=0", "router_solicitations=0", "accept_ra=0", "addr_gen_mode=1")]
        run((FAR if where else []) + ["sysctl", "-q", *quiet])
        run(["ip", *where, "link", "set", name, "up", "mtu", "1500"])
        run(["ip", *where, "addr", "replace", address + "/24", "dev", name])
        run(["ip", *where, "addr", "replace", address6 + "/64", "dev", name])
    for where, name, addresses, there in (([], near, (other, other6), far), (["-n", "far"], far, (own, own6), near)):
        show = ["ip", "-br", *([] if where else ["-n", "far"]), "link", "show", there]
        hardware = run(show).split()[2]
        for address in addresses:
            run(["ip", *where, "neigh", "replace", address, "lladdr", hardware, "dev", name, "nud", "permanent"])


def networks():
    """The far network and the cables."""
    run(["mount", "-t", "tmpfs", "none", "/run"])
    ip("link set lo up")
    ip("netns add far")
    ip("-n far link set lo up")
    for near in CABLES:
        cable(near)
    # The interfaces say which groups they are in, some seconds long.
    time.sleep(4)


def stamps():
    """A socket that wants times of packets: as long as there is one, the kernel stamps a packet once for all who capture it."""
    own = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    own.setsockopt(socket.SOL_SOCKET, getattr(socket, "SO_TIMESTAMPNS", 35), 1)
    return own
