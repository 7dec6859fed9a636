"""Compares `flowz --preset netmate` with the rows of NetMate flowcalc."""
from tally import Tally, pair, text

COLUMNS = (
    "srcip srcport dstip dstport proto total_fpackets total_fvolume total_bpackets total_bvolume min_fpktl mean_fpktl max_fpktl std_fpktl"
    " min_bpktl mean_bpktl max_bpktl std_bpktl min_fiat mean_fiat max_fiat std_fiat min_biat mean_biat max_biat std_biat duration min_active"
    " mean_active max_active std_active min_idle mean_idle max_idle std_idle sflow_fpackets sflow_fbytes sflow_bpackets sflow_bbytes fpsh_cnt"
    " bpsh_cnt furg_cnt burg_cnt total_fhlen total_bhlen"
).split()

# Captures in the middle of which the tool stopped, as it does at records that it cannot read.
STOPPED = {"ndpi-fuzz-2020-02-16-11740": "the tool stopped in the middle of this capture, which has random bytes in its headers"}

FRAGMENTS = "the tool takes four bytes of later fragments for ports"
# Captures in which datagrams are in fragments.
IN_FRAGMENTS = {"zeek-gtp1-gn-normal-incl-fragmentation", "zeek-ipv4-fragmented-1"}


def compare(place):
    """All captures with rows of the tool."""
    tally = Tally("netmate")
    for stem, golden, capture in place.files(".csv"):
        tally.captures += 1
        reason = STOPPED.get(stem, FRAGMENTS if stem in IN_FRAGMENTS else None)
        theirs = [line.split(",") for line in text(golden).split()]
        ours = [line.split(",") for line in sorted(place.run("-r", capture, "--preset", "netmate", "-w", "-").split())]
        for a, b in pair(ours, theirs, lambda row: tuple(row[:5])):
            where = "%s %s" % (stem, ",".join((a or b)[:5]))
            if a is None or b is None:
                tally.row("%s: a row %s only" % (where, "here" if b is None else "there"), reason)
                continue
            tally.rows += 1
            for name, x, y in zip(COLUMNS, a, b, strict=True):
                tally.cell("%s %s" % (where, name), x, y, x == y, reason)
    return tally
