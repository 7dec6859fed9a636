"""What all engines share, without one: which captures there are, tasks that are tried again at any point, the ledger."""
import datetime
import gzip
import multiprocessing
import os
import shutil
import struct

from lab import compare, tree

from flowz_tasks import Wrong, captures, files, headers, ledger, plan, worker

# A moment: 2026-05-01 10:30:00 UTC.
MOMENT = 1777631400
SECOND = 10**9


def first_packets(lab, check):
    """Times of first packets in pcap and pcapng of both orders of bytes, compressed, cut, and of no capture."""
    os.makedirs(lab.path("headers"))

    def time_of(data):
        path = lab.path("headers", "x.pcap")
        with open(path, "wb") as file:
            file.write(data)
        return headers.first_time(path)

    def pcap(order, magic, parts):
        return struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 65535, 1) + struct.pack(order + "IIII", MOMENT, parts, 0, 0)

    def pcapng(order, options, time):
        section = struct.pack(order + "IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28)
        length = 20 + len(options)
        interface = struct.pack(order + "IIHHI", 1, length, 1, 0, 0) + options + struct.pack(order + "I", length)
        packet = struct.pack(order + "IIIIIIII", 6, 32, 0, time >> 32, time & 0xFFFFFFFF, 0, 0, 32)
        return section + interface + packet

    for order in "<>":
        check.same(f"pcap {order}", time_of(pcap(order, 0xA1B2C3D4, 5)), MOMENT * SECOND + 5000)
        check.same(f"pcap of nanoseconds {order}", time_of(pcap(order, 0xA1B23C4D, 5)), MOMENT * SECOND + 5)
        check.same(f"pcapng {order}", time_of(pcapng(order, b"", MOMENT * 10**6 + 7)), MOMENT * SECOND + 7000)
        nano = struct.pack(order + "HHBxxx", 9, 1, 9)
        check.same(f"pcapng of nanoseconds {order}", time_of(pcapng(order, nano, MOMENT * SECOND + 7)), MOMENT * SECOND + 7)
        halves = struct.pack(order + "HHBxxx", 9, 1, 0x81) + struct.pack(order + "HHq", 14, 8, 100)
        check.same(f"pcapng of half seconds {order}", time_of(pcapng(order, halves, 3)), 101 * SECOND + SECOND // 2)
    check.same("gzip", time_of(gzip.compress(pcap("<", 0xA1B2C3D4, 5))), MOMENT * SECOND + 5000)
    for data in (b"", b"no capture at all", pcap("<", 0xA1B2C3D4, 5)[:24], pcap("<", 0xA1B2C3D4, 5)[:30], pcapng("<", b"", 1)[:50], gzip.compress(b"x")[:12]):
        check.same(f"no packet in {data[:8]}", time_of(data), None)


def folders_and_tables(lab, check):
    """Sensors by folders, by patterns and by tables; what is refused."""
    folder = lab.path("few")
    for name in ("a/2.pcap", "a/1.pcap", "b/1.pcap.gz", "b/.hidden.pcap", "b/notes.txt"):
        os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
        shutil.copy(lab.captures["s0"][1 if "2" in name else 0], os.path.join(folder, name))
    found = captures.of_folder(folder)
    names = [(one.sensor, os.path.basename(one.path)) for one in found[:2]]
    check.same("by folder", names, [("a", "1.pcap"), ("a", "2.pcap")])
    check.same("files that are taken", len(found), 3)
    check.same("the day", found[0].day, "2026-05-01")
    pattern = r"(?P<sensor>\w)/(?P<start>\d)"
    refused = {
        "no group": lambda: captures.of_folder(folder, r"(\w+)/"),
        "no time": lambda: captures.of_folder(folder, pattern),
        "no folder": lambda: captures.of_folder(lab.path("none")),
        "no capture": lambda: captures.of_folder(os.path.dirname(__file__)),
        "no sensor": lambda: captures.of_rows([{"path": "x"}]),
        "no name": lambda: captures.of_rows([{"path": "x", "sensor": "a/b"}]),
        "twice the same start": lambda: captures.of_rows([{"path": f, "sensor": "a", "start": "2026-05-01"} for f in "xy"]),
    }
    for what, call in refused.items():
        try:
            check.same(what, call(), "refused")
        except Wrong as error:
            check.true(f"{what} is told: {error}", len(str(error)) > 20)
    starts = [MOMENT, float(MOMENT), str(MOMENT), "2026-05-01T10:30:00", "2026-05-01 12:30:00+02:00", "2026-05-01T10:30:00Z", "20260501-103000", datetime.datetime(2026, 5, 1, 10, 30)]
    for start in starts:
        (one,) = captures.of_rows([{"path": "x.pcap", "sensor": "a", "start": start}])
        check.same(f"start {start!r}", (one.start, one.slice), (MOMENT * SECOND, "20260501T103000"))
    # The order of names is not that of time: a table goes by time, a folder by names unless it is told otherwise.
    rows = [{"path": "b", "sensor": "a", "start": 10}, {"path": "a", "sensor": "a", "start": "1970-01-01T00:00:20"}]
    rows[0]["start"] = "1970-01-01T00:00:10"
    check.same("by time", [one.path[-1] for one in captures.of_rows(rows, "time")], ["b", "a"])
    check.same("by name", [one.path[-1] for one in captures.of_rows(rows, "name")], ["a", "b"])


class Cut(Exception):
    """The process was ended here."""


def ended_at_any_point(lab, check):
    """A task that is ended in front of and behind each file that gets its name, and is begun again: the rows are those of one process."""
    paths = lab.captures["s2"][2:6]
    reference = lab.reference("points-one", {"s2": paths})
    (chain,) = plan.chains(captures.of_rows([{"path": path, "sensor": "s2"} for path in paths]))
    whole = files.publish, files.write_json
    point = 0
    while True:
        settings = _settings(lab, f"points-{point}")
        left = [point]

        def cutting(call):
            def cut(*args):
                for when in (0, 1):
                    if left[0] == 0:
                        left[0] -= 1
                        raise Cut
                    left[0] -= 1
                    if when == 0:
                        call(*args)

            return cut

        worker.publish, worker.write_json = (cutting(call) for call in whole)
        try:
            worker.run_chain(settings, chain)
            is_over = True
        except Cut:
            is_over = False
        finally:
            worker.publish, worker.write_json = whole
        rows = worker.run_chain(settings, chain, attempt=1)
        check.same(f"cut at {point}: complete", ledger.judge(rows, [chain], settings.lake).status, 0)
        if is_over or point % 3 == 0:
            compare(check, f"cut at {point}", settings.lake, reference)
        if is_over:
            break
        # What was done in front of the cut is not done again.
        check.same(f"cut at {point}: attempts", [row["attempt"] for row in rows], sorted(row["attempt"] for row in rows))
        point += 1
    # Three states, four files and four records, each with a point in front of it and one behind.
    check.same("points", point, 22)


def _settings(lab, name, **more):
    return plan.Settings(flowz=lab.flowz, lake=lab.path(name), work=lab.path(name + ".work"), **more)


def two_at_a_time(lab, check):
    """Attempts that run beside each other, as with speculation."""
    reference = lab.reference("two-one", {"s1": lab.captures["s1"]})
    (chain,) = plan.chains(captures.of_rows([{"path": path, "sensor": "s1"} for path in lab.captures["s1"]]))
    settings = _settings(lab, "two")
    both = [multiprocessing.Process(target=worker.run_chain, args=(settings, chain, number)) for number in range(3)]
    for one in both:
        one.start()
    for one in both:
        one.join(120)
        check.same("attempt", one.exitcode, 0)
    rows = worker.run_chain(settings, chain)
    check.same("complete", ledger.judge(rows, [chain], settings.lake).status, 0)
    compare(check, "two at a time", settings.lake, reference)


def day_after_day(lab, check):
    """A job for the captures so far, then one for all, then one that begins where that ended; a capture that changes."""
    rows = [{"path": path, "sensor": "s0"} for path in lab.captures["s0"]]

    def job(settings, some):
        (chain,) = plan.chains(captures.of_rows(some))
        return worker.run_chain(settings, chain)

    settings = _settings(lab, "days")
    job(settings, rows[:3])
    before = tree(settings.lake)
    job(settings, rows)
    after = tree(settings.lake)
    check.same("files that stay as they were", len(before.items() & after.items()), 2)
    reference = lab.reference("days-one", {"s0": lab.captures["s0"]})
    compare(check, "longer and longer", settings.lake, reference)
    states = [name for _, _, names in os.walk(settings.work) for name in names if name.endswith(".state")]
    check.true(f"few states are kept: {states}", len(states) <= worker.KEPT)
    apart, kept = _settings(lab, "apart"), _settings(lab, "apart", keep_open=True)
    job(kept, rows[:3])
    job(kept, rows[3:6])
    job(apart, rows[6:])
    compare(check, "piece by piece", apart.lake, reference)
    # An old capture is another one: all behind it are done again, though the state in front of it is gone.
    path = lab.path("changed.pcap")
    shutil.copy(lab.captures["s0"][3], path)
    rows[3] = {"path": path, "sensor": "s0"}
    settings = _settings(lab, "changed")
    job(settings, rows)
    os.utime(path, ns=(1, 1))
    again = worker.run_chain(settings, plan.chains(captures.of_rows(rows))[0], attempt=5)
    check.same("done again", [row["attempt"] for row in again][3:], [5] * 5)
    compare(check, "changed", settings.lake, reference)


def ledgers_that_do_not_add_up(lab, check):
    """Faults in a ledger and in a lake are told."""
    rows = [{"path": path, "sensor": "s0"} for path in lab.captures["s0"][:2]]
    settings = _settings(lab, "ledger")
    chains = plan.chains(captures.of_rows(rows), 2)
    good = ledger.in_order(row for chain in chains for row in worker.run_chain(settings, chain))
    check.same("shards", ledger.judge(good, chains, settings.lake).status, 0)

    def told(change, text):
        bad = [dict(row) for row in good]
        change(bad)
        verdict = ledger.judge(bad, chains, settings.lake)
        check.same(text, (verdict.status, any(text in line for line in verdict.lines)), (1, True))

    told(lambda bad: bad[0].update(in_flows=bad[0]["in_flows"] + 1), "its buckets have")
    told(lambda bad: bad[0].update(in_flows=bad[0]["in_flows"] + 1, other_shards=bad[0]["other_shards"] - 1), "of their own")
    told(lambda bad: bad.pop(), "rows stand in it for")
    told(lambda bad: bad.append(dict(bad[0])), "rows stand in it for")
    told(lambda bad: bad[0].update(files=["dt=2026-05-01/sensor=s0/part-none-0000000000000000.parquet"]), "is not in the lake any more")
    name = good[0]["files"][0]
    shutil.copy(os.path.join(settings.lake, name), os.path.join(settings.lake, name[:-24] + "0123456789abcdef.parquet"))
    told(lambda bad: None, "no task has written it")
    plan.claim(settings, 2)
    try:
        plan.claim(settings, 3)
        check.true("other shards are refused", False)
    except Wrong as error:
        check.true("the sentence", "was made with --shards 2" in str(error))


NAMES = [
    ("first packets", first_packets),
    ("folders and tables", folders_and_tables),
    ("ended at any point", ended_at_any_point),
    ("two at a time", two_at_a_time),
    ("day after day", day_after_day),
    ("ledgers", ledgers_that_do_not_add_up),
]
