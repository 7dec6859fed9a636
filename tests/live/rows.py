"""Rows of a live capture beside those of its own record, and that beside tcpdump's capture."""
import os
import time

import packets
import traffic
from lab import Skip, end, lines, needs, number, run, said, stamps, wait_until

# Every table that plugins have, but what counts flows that are alive at a moment.
PLUGINS = ["--plugins", "all,-connStat", "-s"]


def compare(lab, check, interface="va", options=(), dump=(), talk=traffic.talk):
    """Captures what is said meanwhile with flowz, which records it, and with tcpdump. Flowz's rows must be those that it has for its
    record, and the record must hold the packets of tcpdump, so that their rows are the same too. Yields the tables."""
    needs(["tcpdump"])
    traffic.servers(lab)
    interfaces = interface.split(",")
    with stamps():
        flowz = lab.flowz_on(interface, "live", "--record", "record.pcapng", *PLUGINS, *options)
        dumps = [lab.tcpdump(name, f"{name}.pcap", *dump) for name in interfaces]
        time.sleep(0.3)
        talk()
        time.sleep(0.5)
        check.same("exit status", end(flowz), 130)
        # The kernel gathers packets for it for a second, and it does not fetch the last ones when it ends.
        time.sleep(1)
        for tcpdump in dumps:
            end(tcpdump)
    lab.read("record.pcapng", "record", *PLUGINS)
    live = lab.tables("live")
    same(check, live, lab.tables("record"))
    if any(number(said(tcpdump), r"(\d+) packets? dropped by kernel") for tcpdump in dumps):
        raise Skip("tcpdump has lost packets, this machine is too slow")
    record = packets.of_pcapng(lab.path("record.pcapng"))
    report = said(flowz)
    # The kernel counts packets of the other direction too.
    if "--direction" not in options:
        check.same("packets received", number(report, r"Number of packets received: (\d+)"), len(record) + number(report, r"Number of packets dropped by kernel: (\d+)"))
    check.same("interfaces in the record", sorted({packet.interface for packet in record}), list(range(len(interfaces))))
    for place, name in enumerate(interfaces):
        packets.same(check, name, [packet for packet in record if packet.interface == place], packets.of_pcap(lab.path(f"{name}.pcap")))
    return live


def same(check, ours, theirs):
    """All tables are the same."""
    check.same("tables", sorted(ours), sorted(theirs))
    for name in sorted(set(ours) & set(theirs)):
        mine, other = ours[name], theirs[name]
        check.same(f"{name}: rows", len(mine), len(other))
        check.values += sum(row.count("\t") + 1 for row in mine)
        differ = [(a, b) for a, b in zip(mine, other) if a != b]
        if differ:
            columns = mine[0].lstrip("%").split("\t")
            cells = [f"{column}: {a} / {b}" for column, a, b in zip(columns, differ[0][0].split("\t"), differ[0][1].split("\t")) if a != b]
            check.wrong.append(f"{name}: {len(differ)} of {len(mine)} rows differ, the first in {'; '.join(cells)[:400]}")


def plain(lab, check, _):
    live = compare(lab, check)
    tags(check, live["packets"])


def tags(check, table):
    """Tags are where they were: 30 packets each way, 15 with one and 15 with two tags."""
    columns = table[0].lstrip("%").split("\t")
    at = {name: columns.index(name) for name in ("vlanID", "dstPort")}
    found = [row.split("\t")[at["vlanID"]] for row in table[1:] if row.split("\t")[at["dstPort"]] == "4444"]
    check.same("packets with tags", (len(found), sum(";" in tag for tag in found)), (60, 30))
    check.same("tags", sorted(set(found)), ["100", "101", "102", "7;100", "7;101", "7;102"])


def losses(lab, check, _):
    """A narrow queue on both ends loses packets before they are captured."""
    for where, device in (([], "va"), (["-n", "far"], "vb")):
        run(["tc", *where, "qdisc", "add", "dev", device, "root", "tbf", "rate", "8mbit", "burst", "4k", "limit", "9000"])
    try:
        compare(lab, check)
        check.true("packets were lost on the way", number(run(["tc", "-s", "qdisc", "show", "dev", "va"]), r"dropped (\d+)") > 0)
    finally:
        for where, device in (([], "va"), (["-n", "far"], "vb")):
            run(["tc", *where, "qdisc", "del", "dev", device, "root"])


def both():
    """Talks by both cables."""
    traffic.talk("va")
    traffic.talk("wa")


def direction(way):
    """Packets of one direction."""
    def scenario(lab, check, _):
        head, *rows = compare(lab, check, options=["--direction", way], dump=["-Q", way])["packets"]
        column = head.lstrip("%").split("\t").index("srcIP")
        sources = {row.split("\t")[column] for row in rows}
        check.same(f"sources of packets that go {way}", sorted(source for source in sources if source.startswith("10.9.")), ["10.9.0.1" if way == "out" else "10.9.0.2"])
    return scenario


def leaves_in_time(lab, check, _):
    """Flows leave by the clock and their rows are in a complete file while nothing comes."""
    needs(["ping"])
    for threads in ("1", "2"):
        prefix = f"idle{threads}"
        flowz = lab.flowz_on("va", prefix, "--rotate", "2s", "--plugins", "basicFlow", "-o", "core.FLOW_TIMEOUT=3", "--threads", threads)
        ping = lambda: run(["ping", "-q", "-c", "2", "-i", "0.2", "10.9.0.2"])
        ping()
        start = time.monotonic()
        rows_of = lambda: sum(len(lines(lab.path(name))) - 1 for name in os.listdir(lab.folder) if name.startswith(prefix + "_") and name.endswith("_flows.txt") and "latest" not in name)
        wait_until("rows of flows that are over", lambda: rows_of() == 2, flowz)
        took = time.monotonic() - start
        check.true(f"{threads} threads: rows are complete after {took:.1f} s, timeout and period are 5 s", 3 <= took < 7)
        end(flowz)
        check.same("rows at the end", rows_of(), 2)


def with_options(*words, interface="va", dump=()):
    talk = traffic.talk if interface == "va" else both
    return lambda lab, check, _: compare(lab, check, interface, words, dump, talk)


FILTER = "tcp port 80 or icmp6 or vlan 101"
SCENARIOS = [
    ("one interface", plain),
    ("two threads", with_options("--threads", "2")),
    ("losses", losses),
    ("two interfaces", with_options(interface="va,wa")),
    ("two interfaces and threads", with_options("--threads", "2", interface="wa,va")),
    ("any", with_options(interface="any", dump=["-y", "LINUX_SLL"])),
    ("filter", with_options(FILTER, dump=[FILTER])),
    ("snaplen", with_options("-S", "96", dump=["-s", "96"])),
    ("immediate", with_options("--immediate")),
    ("in", direction("in")),
    ("out", direction("out")),
    ("idle flows", leaves_in_time),
]
