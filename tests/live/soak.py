"""Long runs: rotation, signals, interfaces that go and come, a full disk, a slow reader, the end by force."""
import contextlib
import os
import re
import signal
import subprocess
import threading
import time

import traffic
from lab import cable, end, ip, lines, number, run, said, wait_until

# Warm-up, as a share of the run; behind it memory may grow by so much.
WARM, GROWTH = 0.3, 1.1
# So much of 4 KB a slow reader reads for each part of the traffic, a third of its rows: how busy the machine is does not matter.
PIECES = 20


def long_run(lab, check, args):
    """Mixed traffic by two cables, one of which is switched off and taken away; storms of signals."""
    traffic.servers(lab)
    seconds = args.minutes * 60
    period = 60 if seconds >= 600 else 10
    flowz = lab.flowz_on("va,wa", "out/run", "--rotate", f"{period}s", "-o", "core.FLOW_TIMEOUT=20", "-s")
    figures, stop = [], threading.Event()
    watcher = threading.Thread(target=watch, args=(flowz, figures, stop))
    talker = threading.Thread(target=keep_talking, args=(stop,))
    watcher.start()
    talker.start()
    begin = time.monotonic()
    try:
        events(flowz, begin, seconds)
        while time.monotonic() < begin + seconds and flowz.poll() is None:
            time.sleep(0.5)
    finally:
        stop.set()
        talker.join()
        watcher.join()
    if args.steps_clock:
        step_clock(check, flowz)
    check.same("exit status", end(flowz, signal.SIGTERM), 143)
    kept = [figure for figure in figures if figure[0] >= seconds * WARM] or [(0, 0, 0)]
    early, late = kept[0], kept[-1]
    most = max(resident for _, resident, _ in kept)
    print(f"  {seconds:.0f} s: {early[1]} kB after {early[0]:.0f} s, at most {most} kB, {late[1]} kB at the end; descriptors {early[2]} and {late[2]}", flush=True)
    check.true(f"memory stays: {early[1]} kB after the warm-up, then up to {most} kB", most <= early[1] * GROWTH)
    # A file of a period may be open a moment longer than the next one.
    check.same("descriptors", {descriptors for _, _, descriptors in kept[-5:]} - {descriptors for _, _, descriptors in kept[:20]}, set())
    of_files(lab, check, "out", "run", flowz.log)
    words = said(flowz)
    for remark in ("the interface `wa` is", "the interface `wa` is back"):
        check.same(f"times it says {remark}", words.count(remark) >= 2, True)


def keep_talking(stop):
    """Talks by both cables, also while one is not there."""
    while not stop.is_set():
        with contextlib.suppress(ValueError, subprocess.SubprocessError, OSError):
            traffic.talk("va")
        with contextlib.suppress(ValueError, subprocess.SubprocessError, OSError):
            traffic.from_far("short", "wb", int(time.monotonic() * 1000), 300)
        stop.wait(0.3)


def watch(flowz, figures, stop):
    """Memory and descriptors, twice a second."""
    begin = time.monotonic()
    while not stop.wait(0.5):
        with contextlib.suppress(OSError):
            with open(f"/proc/{flowz.pid}/status", encoding="ascii") as file:
                resident = number(file.read(), r"VmRSS:\s*(\d+)")
            figures.append((time.monotonic() - begin, resident, len(os.listdir(f"/proc/{flowz.pid}/fd"))))


def events(flowz, begin, seconds):
    """Signals and changes of an interface, again and again for long runs, in the first half for short ones."""
    for start in range(10, max(int(seconds / 2), 11), 300):
        while time.monotonic() < begin + start:
            time.sleep(0.2)
        for _ in range(200):
            flowz.send_signal(signal.SIGHUP)
            flowz.send_signal(signal.SIGUSR1)
            time.sleep(0.002)
        ip("link set wa down")
        time.sleep(5)
        cable("wa", False)
        time.sleep(5)
        ip("link del wa")
        time.sleep(4)
        cable("wa")
        time.sleep(3)


def step_clock(check, flowz):
    """Five minutes forwards, and back after two seconds, with packets in between."""
    start, since = time.time(), time.monotonic()
    try:
        time.clock_settime(time.CLOCK_REALTIME, time.time() + 300)
        traffic.talk("va", 1)
    finally:
        time.clock_settime(time.CLOCK_REALTIME, start + time.monotonic() - since)
    traffic.talk("va", 1)
    check.true("it goes on after steps of the clock", flowz.poll() is None)


def of_files(lab, check, folder, prefix, report):
    """All files are complete: no temporary ones, each with its header, as many rows as there were flows."""
    names = sorted(name for name in os.listdir(lab.path(folder)) if not os.path.islink(lab.path(folder, name)))
    check.same("temporary files", [name for name in names if ".tmp" in name], [])
    tables = {}
    for name in names:
        found = re.fullmatch(prefix + r"_\d+_\d{14}_(flows|packets)\.txt", name)
        if found:
            tables.setdefault(found[1], []).append(lab.path(folder, name))
    counts = {kind: of_table(check, kind, paths) for kind, paths in tables.items()}
    with open(report, encoding="utf-8") as file:
        text = file.read()
    dropped = number(text, r"(\d+) rows? w\w+ dropped")
    rows = sum(counts.values()) + dropped
    wanted = number(text, r"Number of processed +flows: (\d+)") + ("packets" in counts and number(text, r"Number of processed packets: (\d+)"))
    check.same(f"rows of {len(names)} files, with {dropped} dropped ones", rows, wanted)
    check.true("there are rows", counts.get("flows", 0) > 0)
    return counts, dropped


def of_table(check, kind, paths):
    """Rows of the files of a table, which are all whole."""
    heads, rows = set(), 0
    for path in paths:
        with open(path, "rb") as file:
            content = file.read()
        head, *found = content.split(b"\n")
        check.true(f"{path} ends with a line", found and found.pop() == b"")
        heads.add(head)
        rows += len(found)
        columns = head.count(b"\t")
        check.same(f"{path}: rows in part", [row[:80] for row in found if row.count(b"\t") != columns][:1], [])
    check.same(f"headers of {kind}", len(heads), 1)
    return rows


def full_disk(lab, check, args):
    """A disk is full for some seconds."""
    del args
    os.mkdir(lab.path("small"))
    run(["mount", "-t", "tmpfs", "-o", "size=2m", "none", lab.path("small")])
    try:
        flowz = lab.flowz_on("va", "small/run", "--rotate", "2s", "-o", "core.FLOW_TIMEOUT=1", "--plugins", "basicFlow", "--queue", "200k")
        traffic.from_far("short", "vb", 0, 500)
        time.sleep(3)
        fill(lab.path("small", "ballast"))
        for part in range(1, 7):
            traffic.from_far("short", "vb", part * 1000, 1000)
            time.sleep(0.7)
        check.true("it goes on while the disk is full", flowz.poll() is None)
        check.true("it says that rows are lost", "rows were dropped" in said(flowz))
        before = size_of(lab.path("small"))
        os.remove(lab.path("small", "ballast"))
        time.sleep(1)
        traffic.from_far("short", "vb", 20_000, 500)
        wait_until("rows after the disk has room", lambda: size_of(lab.path("small")) > before, flowz)
        time.sleep(4)
        check.same("exit status", end(flowz), 130)
        counts, dropped = of_files(lab, check, "small", "run", flowz.log)
        check.true(f"rows were dropped ({dropped}) and written ({counts['flows']})", dropped > 0 and counts["flows"] >= 1000)
    finally:
        run(["umount", lab.path("small")])


def fill(path):
    """Takes all room that is left."""
    with open(path, "wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))


def size_of(folder):
    names = [name for name in os.listdir(folder) if "flows" in name and not os.path.islink(os.path.join(folder, name))]
    total = 0
    for name in names:
        with contextlib.suppress(FileNotFoundError):
            total += os.path.getsize(os.path.join(folder, name))
    return total


def killed(lab, check, args):
    """SIGKILL leaves complete files, and one temporary one for each table that is open; the next run removes those."""
    del args
    options = ["--rotate", "2s", "-o", "core.FLOW_TIMEOUT=1", "-s", "--plugins", "basicFlow,dnsDecode"]
    flowz = lab.flowz_on("va", "kill/run", *options)
    for part in range(6):
        traffic.from_far("short", "vb", part * 1000, 200)
        time.sleep(1)
    flowz.kill()
    flowz.wait()
    names = sorted(os.listdir(lab.path("kill")))
    temporary = [name for name in names if ".tmp" in name]
    kinds = sorted(re.sub(r"^\.run_\d+_\d+_|\.tmp\d+$", "", name) for name in temporary)
    check.true(f"one temporary file for each table: {kinds}", len(set(kinds)) == len(kinds) and {"flows.txt", "packets.txt", "dns.txt"} <= set(kinds))
    whole = [lab.path("kill", name) for name in names if name.endswith("_flows.txt") and not os.path.islink(lab.path("kill", name))]
    check.true(f"there are complete files: {names}", len([name for name in whole if "/.run" not in name]) >= 2)
    check.true("rows of complete files", of_table(check, "flows", whole) > 0)
    again = lab.flowz_on("va", "kill/run", *options)
    left = [name for name in os.listdir(lab.path("kill")) if name in temporary]
    check.same("temporary files of the run that was killed", left, [])
    end(again)
    check.true("the next run says so", f"removed {len(temporary)} temporary files" in said(again))
    lost = [path for path in whole if not os.path.exists(path)]
    check.same("complete files that are gone", lost, [])


def slow_reader(when_full):
    """Somebody reads rows from a pipe, some of them for each part of the traffic, then all."""
    def scenario(lab, check, _):
        reading, writing = os.pipe()
        options = ["-o", "core.FLOW_TIMEOUT=1", "--plugins", "basicFlow", "--queue", "300k", "--when-full", when_full, "--record", "record.pcapng"]
        flowz = lab.flowz_on("va", "-", *options, out=writing)
        os.close(writing)
        count, hurry, pieces = [0], threading.Event(), threading.Semaphore(0)
        reader = threading.Thread(target=read, args=(reading, count, hurry, pieces))
        reader.start()
        for part in range(8):
            traffic.from_far("short", "vb", part * 2000, 2000)
            pieces.release(PIECES)
            time.sleep(0.5)
        time.sleep(1)
        check.true(f"the reader is slow: {count[0]} lines", count[0] < 8000)
        hurry.set()
        pieces.release()
        time.sleep(1)
        status = end(flowz)
        reader.join()
        check.same("exit status", status, 130)
        lab.read("record.pcapng", "record", "-o", "core.FLOW_TIMEOUT=1", "--plugins", "basicFlow")
        wanted = len(lines(lab.path("record_flows.txt"))) - 1
        report = said(flowz)
        dropped, lost = number(report, r"(\d+) rows? w\w+ dropped"), number(report, r"Number of packets dropped by kernel: (\d+)")
        check.same(f"rows written ({count[0] - 1}) and dropped ({dropped})", count[0] - 1 + dropped, wanted)
        check.same("packets recorded and lost", (wanted + lost), 16_000)
        check.same("rows were dropped", dropped > 0, when_full == "drop-rows")
    return scenario


def read(reading, count, hurry, pieces):
    """Counts lines: as many pieces as it is told, then all that is left."""
    with os.fdopen(reading, "rb", buffering=0) as file:
        while True:
            if not hurry.is_set():
                pieces.acquire()
            piece = file.read(1 << 16 if hurry.is_set() else 4096)
            if not piece:
                break
            count[0] += piece.count(b"\n")


SCENARIOS = [
    ("full disk", full_disk),
    ("killed", killed),
    ("slow reader, rows dropped", slow_reader("drop-rows")),
    ("slow reader, packets wait", slow_reader("block")),
    ("long run", long_run),
]
