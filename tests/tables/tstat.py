"""Compares `flowz --preset tstat` with the logs of Tstat."""
import os
import tempfile

from tally import Tally, close, pair, text

LOGS = ("log_tcp_complete", "log_tcp_nocomplete", "log_udp_complete", "log_mm_complete")
SETS = ("END_TO_END", "P2P", "OPTIONS", "LAYER7")


def rows(log):
    """Names of the columns and rows of a log."""
    lines = log.splitlines()
    names = [name.rsplit(":", 1)[0] for name in lines[0].rpartition("#")[2].split(" ")]
    return names, [line.split(" ") for line in lines[1:]]


def number(cell):
    """A cell as a number, if it is one."""
    try:
        return float(cell)
    except ValueError:
        return None


def same(name, ours, theirs):
    """Whether cells agree: numbers with a point within 1e-6 of their size or of their last digit, moments in milliseconds within a microsecond, all others exactly."""
    if ours == theirs:
        return True
    if "." not in ours or "." not in theirs:
        return False
    a, b = number(ours), number(theirs)
    if a is None or b is None:
        return False
    return close(a, b, 1e-6) or abs(a - b) <= 2e-6 or (name in MOMENTS and abs(a - b) <= 1e-3)


MOMENTS = {"first", "last", "c_first_abs", "s_first_abs", "starttime"}


SILENCE = "Tstat looks for silent conversations in rounds, and when it looks at which is not known: a silence of more than 200 s (10 s behind one packet) ends one or not"
WRAP = "fault of Tstat: behind sequence number 2^32 it takes three bytes for sent again"
AGAIN = "which retransmissions Tstat takes for needless or fast is not known, nor when exactly for a timeout"
SCALE = "when Tstat forgets the window scale of a SYN is not known"
PEER = "the signatures by which Tstat knows P2P (types 8 to 18) are not known"


def reason(name, ours, theirs):
    """The rule by which a cell of rows may differ, if there is one."""
    a, b = number(ours[name]), number(theirs[name])
    end = name[2:]
    if name in ("c_type", "s_type") and 8 <= b <= 18:
        return PEER
    if (end == "bytes_uniq" and a - b == 3) or (end == "bytes_retx" and b - a == 3) or (end == "pkts_retx" and b - a == 1):
        return WRAP
    if end in ("pkts_rto", "pkts_fs", "pkts_unk", "pkts_unrto", "pkts_unfs"):
        return AGAIN
    scale = name[:2] + "win_scl"
    if end in ("win_scl", "win_max", "win_min") and theirs[scale] == "0" != ours[scale]:
        return SCALE
    return None


def silent(names, here, there):
    """Ends between which there is silence of which both make other conversations: all packets are there, in others of them."""
    def ends(row):
        return frozenset((tuple(row[:2]), tuple(row[names.index("s_ip"):names.index("s_ip") + 2])))

    groups = {}
    for side, rows_of in ((0, here), (1, there)):
        for row in rows_of:
            packets = sum(int(row[names.index(name)]) for name in ("c_pkts_all", "s_pkts_all"))
            groups.setdefault(ends(row), ([], []))[side].append((row[2], packets))
    found = set()
    for pair_of_ends, (a, b) in groups.items():
        if sum(n for _, n in a) == sum(n for _, n in b) and [n for _, n in sorted(a)] != [n for _, n in sorted(b)]:
            found.add(pair_of_ends)
    return lambda row: ends(row) in found


def key(names):
    """What rows are paired by."""
    at = [names.index(name) for name in ("c_ip", "c_port", "s_ip", "s_port")]
    return lambda row: tuple(row[n] for n in at)


def run(place, stem, capture):
    """The logs that flowz writes of a capture, by name."""
    with tempfile.TemporaryDirectory() as folder:
        nets = os.path.join(place.golden, stem + ".net.conf")
        words = ["-r", capture, "--preset", "tstat", "-o", "tstat.TSTAT_NETS=" + nets]
        for name in SETS:
            words += ["-o", "tstat.TSTAT_%s=1" % name]
        place.run(*words, "-w", os.path.join(folder, "x"))
        return {name: text(os.path.join(folder, found)) for found in os.listdir(folder) for name in LOGS if found.endswith("_" + name)}


def compare(place):
    """All captures with logs of the tool."""
    tally = Tally("tstat")
    stems = {}
    for log in LOGS:
        for stem, golden, capture in place.files(".%s.txt" % log):
            stems.setdefault((stem, capture), {})[log] = golden
    for (stem, capture), golden in sorted(stems.items()):
        tally.captures += 1
        ours = run(place, stem, capture)
        for log in LOGS:
            if log in golden or log in ours:
                compare_log(tally, stem, log, ours.get(log), text(golden[log]) if log in golden else None)
    return tally


def compare_log(tally, stem, log, mine, yours):
    """One log of one capture."""
    names, here = rows(mine) if mine else (None, [])
    there_names, there = rows(yours) if yours else (names, [])
    names = names or there_names
    if names != there_names:
        tally.row("%s %s: other columns: %s" % (stem, log, [n for n in zip(names, there_names) if n[0] != n[1]][:3]))
        return
    is_silent = silent(names, here, there) if "udp" in log else lambda _: False
    for a, b in pair(here, there, key(names)):
        where = "%s %s %s" % (stem, log, " ".join(key(names)(a or b)))
        if a is None or b is None:
            tally.row("%s: a row %s only" % (where, "here" if b is None else "there"), SILENCE if is_silent(a or b) else None)
            continue
        tally.rows += 1
        ours, theirs = dict(zip(names, a, strict=True)), dict(zip(names, b, strict=True))
        for name in names:
            x, y = ours[name], theirs[name]
            ok = same(name, x, y)
            why = None if ok else (reason(name, ours, theirs) or (SILENCE if is_silent(a) else None))
            tally.cell("%s %s" % (where, name), x, y, ok, why)
