"""Compares `flowz --preset tcptrace` with what tcptrace printed."""
from tally import Tally, pair, text


IDLE = ("idletime_max_a2b", "idletime_max_b2a")
LAST = "the last packet of the capture, until which the tool counts a connection without an end as idle, is one that flowz can form no flow of"
REPLACED = "the connection has no end and another one takes its place: it is idle until then, not until the end of the capture"
# Captures with connections that have no end, so that the tool counts the time to the end of the capture as idle.
REASONS = {"pcpp-null-loopback": LAST, "zeek-tcp-fin-retransmission": REPLACED}


def rows(lines):
    """Names of the columns, and the rows without the blanks around their cells."""
    lines = [line for line in lines if line and not line.startswith("#")]
    cut = [[cell.strip() for cell in line.split(",")] for line in lines]
    names = cut[:1] if cut else [[]]
    return names[0], cut[1:]


def header(lines):
    """The line with the names of columns, as it is."""
    return [line for line in lines if line.startswith("conn_#")]


def compare(place):
    """All captures with tables of the tool."""
    tally = Tally("tcptrace")
    for stem, golden, capture in place.files(".lr.csv"):
        tally.captures += 1
        ours = place.run("-r", capture, "--preset", "tcptrace", "-w", "-").splitlines()
        # The tool writes its comments in front of the header.
        theirs = [line for line in text(golden).splitlines() if not line.startswith("#") or line.startswith("conn_#")]
        tally.cell("%s: header" % stem, header(ours), header(theirs), header(ours) == header(theirs))
        names, theirs = rows(theirs)
        _, ours = rows(ours)
        for a, b in pair(ours, theirs, lambda row: row[0]):
            where = "%s connection %s" % (stem, (a or b)[0])
            if a is None or b is None:
                tally.row("%s: a row %s only" % (where, "here" if b is None else "there"))
                continue
            tally.rows += 1
            for name, x, y in zip(names, a, b, strict=True):
                reason = REASONS.get(stem) if name in IDLE else None
                tally.cell("%s %s" % (where, name), x, y, x == y, reason)
    return tally

