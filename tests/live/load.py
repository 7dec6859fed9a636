"""As many packets as a cable carries: all are seen or counted as lost; and the highest rates without losses, beside other programs."""
import os
import random
import re
import shutil
import signal
import statistics
import struct
import time

import traffic
from lab import FAR, Skip, end, needs, number, run, said

# Flows and packets of the traffic that is sent again and again. Lengths of payloads as often as on the Internet (7:4:1).
FLOWS, PACKETS = 2000, 24_000
LENGTHS = [18] * 7 + [534] * 4 + [1458]
# The lowest rate in packets per second, tries for one, and how often one is looked for.
SLOW, TRIES, TIMES = 20_000, 6, 3
# The rate at which the time of a processor is compared.
EASY = 100_000
STANDARD = "basicFlow,basicStats,tcpFlags,tcpStates"


def workload(lab):
    """A capture to be sent."""
    needs(["tcpreplay", "taskset", "nice"])
    drawn = random.Random(5)
    parts = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)]
    for packet in range(PACKETS):
        flow, length = drawn.randrange(FLOWS), drawn.choice(LENGTHS)
        ends = (bytes([10, 6, flow >> 8, flow & 255]), bytes([10, 7, 0, 1 + flow % 50]))
        ends = ends[::drawn.choice((1, -1))]
        frame = traffic.datagram(ends, (1024 + flow, 4446), drawn.randbytes(length), number=packet)
        parts.append(struct.pack("<IIII", packet // 1000, packet % 1000 * 1000, len(frame), len(frame)) + frame)
    return lab.write("workload.pcap", b"".join(parts))


def send(capture, seconds, rate=None):
    """Sends from the far side, on a processor of its own; yields packets that came and packets per second."""
    words = FAR + ["nice", "-n", "-15", "taskset", "-c", "0", "tcpreplay", "-q", "-K", "-i", "vb", "--loop", "100000000"]
    words += ["--pps", str(rate), "--limit", str(int(rate * seconds))] if rate else ["-t", "--duration", str(int(seconds))]
    before = received()
    text = run(words + [capture], within=seconds + 60)
    return received() - before, int(float((re.findall(r"([\d.]+) pps", text) or ["0"])[-1]))


def received():
    """Packets that came by the cable."""
    with open("/proc/net/dev", encoding="ascii") as file:
        return number(file.read(), r"va: *\d+ +(\d+)")


def flowz_words(lab, prefix, *options):
    return [lab.flowz, "-i", "va", "-w", prefix, "--no-config", *options]


def full(*options):
    """Every packet is seen or counted as lost."""
    def scenario(lab, check, args):
        capture = workload(lab)
        flowz = lab.flowz_on("va", "out/", *options)
        time.sleep(0.5)
        sent, rate = send(capture, args.seconds)
        time.sleep(1)
        check.same("exit status", end(flowz, within=120), 130)
        report = said(flowz)
        of = lambda words: number(report, words + r": (\d+)")
        seen, processed = of("Number of packets received"), of("Packets read")
        lost, by_interface = of("Number of packets dropped by kernel"), of("Number of packets dropped by interface")
        check.true("packets were sent", sent > 10_000 * args.seconds)
        check.same("packets received by the kernel", seen, sent)
        check.same(f"packets seen ({processed}) and lost ({lost}, by interface {by_interface})", processed + lost + by_interface, sent)
        print(f"  {sent} packets in {args.seconds:.0f} s, {rate} per second, {lost} of them lost and counted", flush=True)
    return scenario


class Other:
    """A program that captures, and how many packets it has seen."""

    def __init__(self, name, needs, words, count, number=signal.SIGINT):
        self.name, self.needs, self.words, self.count, self.number = name, needs, words, count, number


def of_flowz(lab, program):
    return number(said(program), r"Packets read: (\d+)")


def of_argus(lab, _):
    text = run(["ra", "-n", "-r", lab.path("out", "argus"), "-s", "pkts", "-", "not", "man"])
    return sum(int(word) for word in text.split() if word.isdigit())


def of_softflowd(lab, _):
    # It does not fetch the last ones before more come.
    text = run(["softflowctl", "-c", lab.path("out", "ctl"), "statistics"])
    of = lambda what: number(text, rf"Packets {what}: (\d+)")
    return of("received by libpcap") - of("dropped by libpcap") - of("dropped by interface")


def of_nfpcapd(lab, _):
    text = run(["nfdump", "-R", lab.path("out"), "-I"])
    return number(text, r"(?m)^Packets: (\d+)")


def of_tcpdump(_, program):
    return number(said(program), r"(\d+) packets? captured")


OTHERS = [
    Other("flowz", [], lambda lab: flowz_words(lab, lab.path("out") + "/"), of_flowz),
    Other("flowz, four plugins", [], lambda lab: flowz_words(lab, lab.path("out") + "/", "--plugins", STANDARD), of_flowz),
    Other("argus", ["argus", "ra"], lambda lab: ["argus", "-i", "va", "-w", lab.path("out", "argus")], of_argus),
    Other("softflowd", ["softflowd", "softflowctl"], lambda lab: ["softflowd", "-d", "-i", "va", "-n", "127.0.0.1:9995", "-c", lab.path("out", "ctl"), "-p", lab.path("out", "pid")], of_softflowd),
    Other("nfpcapd", ["nfpcapd", "nfdump"], lambda lab: ["nfpcapd", "-i", "va", "-w", lab.path("out")], of_nfpcapd),
    Other("tcpdump -w", ["tcpdump"], lambda lab: ["tcpdump", "-i", "va", "-Z", "root", "-w", lab.path("out", "pcap")], of_tcpdump),
]


def attempt(lab, other, capture, rate, seconds):
    """Packets that a program has seen and those sent, the rate that was reached, and its share of a processor."""
    shutil.rmtree(lab.path("out"), ignore_errors=True)
    os.mkdir(lab.path("out"))
    program = lab.start(["nice", "-n", "-15", "taskset", "-c", "1", *other.words(lab)])
    time.sleep(1.5)
    before = worked(program)
    sent, reached = send(capture, seconds, rate)
    time.sleep(1.5)
    share = (worked(program) - before) / seconds
    seen = other.count(lab, program) if other.name == "softflowd" else 0
    end(program, other.number, within=60)
    if other.name != "softflowd":
        seen = other.count(lab, program)
    return seen, sent, reached, share


def worked(program):
    """Seconds of a processor that a program has used."""
    with open(f"/proc/{program.pid}/stat", encoding="ascii") as file:
        user, system = file.read().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def highest(lab, other, capture, seconds, fastest):
    """The highest rate without losses."""
    low, high, best = SLOW, fastest, 0
    seen, sent, reached, _ = attempt(lab, other, capture, None, seconds)
    if seen >= sent > 0:
        return reached
    for _ in range(TRIES):
        rate = int((low * high) ** 0.5)
        seen, sent, reached, _ = attempt(lab, other, capture, rate, seconds)
        if seen >= sent > 0:
            low, best = rate, max(best, min(rate, reached))
        else:
            high = rate
    return best


def rates(lab, check, args):
    """A table of the highest rates."""
    capture = workload(lab)
    seconds = min(args.seconds, 5)
    _, fastest = send(capture, seconds)
    print(f"  the sender reaches {fastest / 1000:.0f} thousand packets per second", flush=True)
    for other in OTHERS:
        if args.program not in other.name:
            continue
        try:
            needs(other.needs)
        except Skip as reason:
            print(f"  {other.name}: skipped: {reason}")
            continue
        share = statistics.median(attempt(lab, other, capture, EASY, seconds)[3] for _ in range(TIMES))
        found = [highest(lab, other, capture, seconds, fastest) for _ in range(TIMES)]
        check.true(f"{other.name} sees packets", max(found) > 0)
        words = re.sub(re.escape(lab.path("out")), "OUT", " ".join(other.words(lab))).replace(lab.flowz, "flowz")
        print(f"  | {other.name} | {statistics.median(found) / 1000:.0f} | {min(found) / 1000:.0f} - {max(found) / 1000:.0f} | {share * 100:.0f} % | `{words}` |", flush=True)


SCENARIOS = [
    ("full load", full()),
    ("full load, two threads", full("--threads", "2")),
    # A ring that holds hardly more than a few milliseconds, and much work.
    ("full load, small ring", full("-B", "256K", "--plugins", "all,-connStat", "-s")),
]
RATES = [("rates", rates)]
