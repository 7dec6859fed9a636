"""Compares `flowz --preset nfstream` with the rows of NFStream 6.6.0, sizes from the IP header on (1) and payloads (3)."""
import csv

from tally import Tally, close, pair, text

# Means and deviations: the tool adds up differences, so the last digits differ.
NEAR = 1e-6


DAMAGED = "headers of this capture have random bytes: the tool reads IP behind any ethertype, and damaged IP as it is"
# Captures of which nothing else is told.
WHOLE = {
    "ndpi-fuzz-2020-02-16-11740": DAMAGED,
    "ndpi-fuzz-2021-10-13": DAMAGED,
}
# Rows that only one of both has.
ROWS = {
    "arkime-ipv6-gtp6": "the tool opens GTP over IPv4 only",
    "pcpp-null-loopback": "a loopback header with a family that does not exist: the tool takes it for IP",
    "tcpdump-linktype-ipv4-invalid": "IPv6 where the link type says IPv4: the tool reads it",
    "zeek-radiotap": "the tool reads frames to a distribution system of wireless LAN only",
}
WIRELESS = "the tool takes the third address of a frame of wireless LAN, where it goes in the end, flowz the first"
ADDRESSES = {"dst_mac", "dst_oui"}


def rows(lines):
    """Rows of a table with a header: names, cells."""
    table = list(csv.reader(lines))
    return table[0], table[1:]


def key(row):
    """What a record is about: the smaller of both ends in front, so that another direction is a difference of cells; protocol, VLAN and moment of its begin."""
    ends = sorted([(row[1], row[4]), (row[5], row[8])])
    return (*ends, row[9], row[11])


def same(name, ours, theirs):
    """Whether two cells are the same; those with a fraction nearly."""
    if ours == theirs:
        return True
    return ("_mean_" in name or "_stddev_" in name) and close(float(ours), float(theirs), NEAR)


def begin(row):
    """When a record began."""
    return int(row[13]), row


def compare(place):
    """All captures with rows of the tool."""
    tally = Tally("nfstream")
    for mode in "1", "3":
        for stem, golden, capture in place.files(".acc%s.csv" % mode):
            tally.captures += 1
            names, theirs = rows(text(golden).splitlines())
            option = "nfstream.NFSTREAM_ACCOUNTING=%s" % mode
            out = place.run("-r", capture, "--preset", "nfstream", "-o", option, "-w", "-")
            header, ours = rows(out.splitlines())
            if header != names:
                tally.row("%s: the header is %s here, %s there" % (stem, header, names))
            for a, b in pair(sorted(ours, key=begin), sorted(theirs, key=begin), key):
                one(tally, "%s %s" % (stem, mode), names, a, b)
    return tally


def reason_of(stem, name):
    """The rule by which a cell may differ."""
    stem, _, _ = stem.partition(" ")
    if stem in WHOLE:
        return WHOLE[stem]
    if name is None:
        return ROWS.get(stem)
    return WIRELESS if stem == "zeek-radiotap" and name in ADDRESSES else None


def one(tally, stem, names, ours, theirs):
    """Compares one record."""
    row = ours or theirs
    where = "%s %s" % (stem, ",".join((row[1], row[4], row[5], row[8], row[9], row[13])))
    if ours is None or theirs is None:
        tally.row("%s: a row %s only" % (where, "here" if theirs is None else "there"), reason_of(stem, None))
        return
    tally.rows += 1
    for name, x, y in zip(names, ours, theirs, strict=True):
        equal = same(name, x, y)
        tally.cell("%s %s" % (where, name), x, y, equal, None if equal else reason_of(stem, name))
