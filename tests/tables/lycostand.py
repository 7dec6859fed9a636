"""Compares `flowz --preset lycos` with the rows of LycoSTand."""
from tally import Tally, close, pair, text

# The tool adds up numbers in double precision, and writes six digits behind the point.
NEAR = 1e-6
LAST_DIGIT = 2e-6


# Captures of which nothing else is told.
WHOLE = {
    "ndpi-fuzz-2020-02-16-11740": "headers of this capture have random bytes: the tool takes no notice of version, header length and fragment offset",
    "ipfixprobe-tls": "the clock of this capture goes back by years: flowz ends all flows there, the tool has times below 0",
}
# Columns of both ends, in their order.
ENDS = slice(1, 5)
SWAPPED = "the tool takes the side that answers for forward, or not, by something else than the packets of the connection"


def rows(out):
    """Rows of a table: names, then cells."""
    table = [line.split(",") for line in out.splitlines()]
    return table[0], table[1:]


def key(row):
    """What a row is about: both ends without an order, protocol and begin."""
    return (*sorted([(row[1], row[2]), (row[3], row[4])]), row[5], row[6])


def same(ours, theirs):
    """Whether two cells are the same; those with a fraction nearly."""
    if ours == theirs:
        return True
    try:
        a, b = float(ours), float(theirs)
    except ValueError:
        return False
    return "." in theirs and (close(a, b, NEAR) or abs(a - b) <= LAST_DIGIT)


def compare(place):
    """All captures with rows of the tool."""
    tally = Tally("lycostand")
    for stem, golden, capture in place.files(".csv"):
        tally.captures += 1
        names, theirs = rows(text(golden))
        header, ours = rows(place.run("-r", capture, "--preset", "lycos", "-w", "-"))
        if header != names:
            tally.row("%s: the header is %s here, %s there" % (stem, header, names))
        for a, b in pair(sorted(ours), sorted(theirs), key):
            one(tally, stem, names, a, b)
    return tally


def one(tally, stem, names, ours, theirs):
    """Compares one row."""
    row = ours or theirs
    reason = WHOLE.get(stem)
    where = "%s %s %s" % (stem, row[0], row[6])
    if ours is None or theirs is None:
        tally.row("%s: a row %s only" % (where, "here" if theirs is None else "there"), reason)
        return
    if ours[ENDS] != theirs[ENDS]:
        reason = reason or SWAPPED
    tally.rows += 1
    for name, x, y in zip(names, ours, theirs, strict=True):
        tally.cell("%s %s" % (where, name), x, y, same(x, y), reason)
