"""`flowz stat` beside tcpstat 1.5: intervals of 5 s and 1 s, and the whole of each capture."""
import re

from tally import Tally

FORMAT = r"%s\t%n\t%N\t%a\t%d\t%b\t%p\t%T\t%U\t%C\t%V\n"
NAMES = ["%s", "%n", "%N", "%a", "%d", "%b", "%p", "%T", "%U", "%C", "%V"]
WORDS = ["Time", "n", "avg", "stddev", "bps"]
KINDS = ["%T", "%U", "%C", "%V"]
REASONS = {
    "second interface": "tcpstat's library stops where a capture changes its link type or its snap length",
    "headers": "tcpstat looks at what directly follows an Ethernet header: neither behind VLAN tags and PPPoE, nor at other link types (%T %U %C %V)",
    "broken": "tcpstat takes the protocol also from an IP header that is none",
    "end of interval": "tcpstat counts a packet at the very beginning of an interval in the one before it",
    "empty": "tcpstat prints an interval for a capture without packets",
    "PPP": "tcpstat leaves out 4 bytes of PPP, and those of no other link type but Ethernet",
}
# Captures with several interfaces that do not agree.
SECOND = {"rustpp-test001-be"}
# Captures with packets at the very beginning of an interval.
EXACT = {"zeek-tcp-timeout-with-pings"}
# Packets changed at random.
BROKEN = {"ndpi-fuzz-2020-02-16-11740"}
PPP = {"ndpi-dlt-ppp"}
EMPTY = {"arkime-empty"}


def words(text):
    """The lines of the default form as cells."""
    return [re.split(r"\t?\w+[:=]", line)[1:] for line in text.splitlines()]


def cells(text):
    """The lines of a list; one that was cut ends with a remark."""
    return [line.split("\t") for line in text.splitlines() if not line.startswith("#")]


def of_tcpstat(stem, capture, texts, place, tally):
    """What `--compat` prints is what tcpstat printed."""
    five, one, whole = texts
    reason = lambda name, a, b: "second interface" if stem in SECOND else None
    for what, text, options, parse, names in (
        ("5 s", five, [], words, WORDS),
        ("1 s", one, ["-i", "1", "-o", FORMAT], cells, NAMES),
        ("all", whole, ["-i", "all"], words, WORDS),
    ):
        if text is None:
            continue
        where = "%s %s" % (stem, what)
        expected, found = parse(text), parse(place.run_command("stat", "--compat", *options, capture))
        if "#" not in text:
            tally.count(where, len(expected), len(found))
        for number, (a, b) in enumerate(zip(expected, found)):
            tally.line("%s row %d" % (where, number), a, b, names, reason)


def of_flowz(stem, capture, one, place, tally):
    """The same list without tcpstat's faults."""
    def reason(name, a, b):
        if stem in SECOND:
            return "second interface"
        if stem in EXACT and name not in KINDS:
            return "end of interval"
        if stem in PPP and name in ("%N", "%a", "%b"):
            return "PPP"
        if stem in BROKEN and name in KINDS and int(b) < int(a):
            return "broken"
        return "headers" if name in KINDS and int(b) > int(a) else None

    expected = cells(one)
    found = cells(place.run_command("stat", "-i", "1", "-o", FORMAT, capture))
    if stem in EMPTY:
        tally.line(stem, ["1 row"], ["%d rows" % len(found)], ["rows"], lambda name, a, b: "empty")
        return
    if "#" not in one:
        tally.count(stem, len(expected), len(found))
    for number, (a, b) in enumerate(zip(expected, found)):
        tally.line("%s flowz row %d" % (stem, number), a, b, NAMES, reason, near=["%s"])


def compare(place):
    """All captures with lists of the tool."""
    tally = Tally("tcpstat", REASONS, is_whole=not place.wanted)
    for stem, capture, texts in place.captures(".5s.txt", ".1s.tsv", ".all.txt"):
        tally.captures += 1
        of_tcpstat(stem, capture, texts, place, tally)
        if texts[1] is not None:
            of_flowz(stem, capture, texts[1], place, tally)
    return tally
