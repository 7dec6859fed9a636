"""What the comparisons with other tools' tables have in common: captures, runs of flowz, counts of rows and cells, reasons."""
import gzip
import os
import subprocess

ENDS = (".pcap", ".pcapng", ".cap")
# Times, and means of times.
TOLERANCE = 1e-6


class Tally:
    """Counts of one tool: rows and cells that were compared, cells that differ, with the reason or without one.

    `words` says what short names of reasons mean; with `is_whole` each of them must be needed.
    """

    def __init__(self, tool, words=None, is_whole=False):
        self.tool, self.words, self.is_whole = tool, words or {}, is_whole
        self.captures = self.rows = self.cells = self.different = 0
        self.reasons = {}
        self.faults = []

    def cell(self, where, ours, theirs, same, reason=None):
        """One cell; `reason` names the rule by which it may differ."""
        self.cells += 1
        if same:
            return
        self.different += 1
        if reason:
            self.reasons[reason] = self.reasons.get(reason, 0) + 1
        else:
            self.faults.append("%s: %s here, %s there" % (where, ours, theirs))

    def row(self, where, reason=None):
        """A row that only one of both has."""
        if reason:
            reason = "rows: " + reason
            self.reasons[reason] = self.reasons.get(reason, 0) + 1
        else:
            self.faults.append(where)

    def line(self, where, theirs, ours, names, reason=lambda name, theirs, ours: None, near=()):
        """A row, cell by cell; `reason` may name a reason for a cell that differs, columns in `near` need not be equal to the last digit."""
        self.rows += 1
        if len(theirs) != len(ours):
            self.cells += max(len(theirs), len(ours))
            self.different += 1
            self.faults.append("%s: %d cells here, %d there: %s" % (where, len(ours), len(theirs), ours))
            return
        for name, a, b in zip(names, theirs, ours):
            same = a == b or name in near and is_near(a, b)
            self.cell("%s: %s" % (where, name), b, a, same, None if same else reason(name, a, b))

    def count(self, where, theirs, ours):
        """How many rows there are."""
        if theirs != ours:
            self.faults.append("%s: %d rows here, %d there" % (where, ours, theirs))

    def show(self, most=60):
        """Prints the counts, the reasons, and the first differences without one; whether there is none."""
        print("%s: %d captures, %d rows, %d cells, %d different, %d of them without a reason" % (
            self.tool, self.captures, self.rows, self.cells, self.different, len(self.faults)))
        for reason, count in sorted(self.reasons.items()):
            print("    %6d  %s" % (count, ": ".join([reason, *filter(None, [self.words.get(reason)])])))
        self.faults += ["the reason %s is not needed any more" % reason for reason in self.words if self.is_whole and reason not in self.reasons]
        for fault in self.faults[:most]:
            print("    FAULT %s" % fault)
        return not self.faults


class Place:
    """Where things are: the program, the outputs of the tool, folders with captures."""

    def __init__(self, flowz, golden, folders, wanted=""):
        self.flowz, self.golden, self.folders, self.wanted = flowz, golden, folders, wanted

    def files(self, end):
        """Outputs of the tool whose names end so, with the captures that they are about: (stem, file, capture)."""
        for name in sorted(os.listdir(self.golden)):
            plain = name.removesuffix(".gz")
            if not plain.endswith(end):
                continue
            stem = plain.removesuffix(end)
            capture = self.capture(stem)
            if capture and self.wanted in stem:
                yield stem, os.path.join(self.golden, name), capture

    def captures(self, *ends):
        """Name, capture, and the text of each output with one of these ends, None where there is none."""
        stems = set()
        for name in os.listdir(self.golden):
            plain = name.removesuffix(".gz")
            stems.update(plain.removesuffix(end) for end in ends if plain.endswith(end))
        for stem in sorted(stems):
            capture = self.capture(stem)
            if capture and self.wanted in stem:
                yield stem, capture, [self.output(stem + end) for end in ends]

    def printed(self):
        """Name and path of each capture of which the tool has printed anything."""
        for stem in sorted({name.split(".")[0] for name in os.listdir(self.golden)}):
            capture = self.capture(stem)
            if capture and self.wanted in stem:
                yield stem, capture

    def output(self, name):
        """An output of the tool, compressed or not; None where there is none."""
        paths = [os.path.join(self.golden, name + end) for end in ("", ".gz")]
        return next((text(path) for path in paths if os.path.exists(path)), None)

    def capture(self, stem):
        """The capture with this name, without its end."""
        for folder in self.folders:
            for end in ENDS:
                path = os.path.join(folder, stem + end)
                if os.path.exists(path):
                    return path
        return None

    def all_captures(self):
        """All captures: (stem, path)."""
        for folder in self.folders:
            for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
                stem, end = os.path.splitext(name)
                if end in ENDS and self.wanted in stem:
                    yield stem, os.path.join(folder, name)

    def run(self, *words):
        """Standard output of flowz; a capture that is damaged (exit status 3) is no reason to stop."""
        return self.run_command("--no-config", *words)

    def run_command(self, *words):
        """The same of a command that minds no settings of the user."""
        done = subprocess.run([self.flowz, *words], capture_output=True, check=False, env={**os.environ, "TZ": "UTC"})
        if done.returncode not in (0, 3):
            raise SystemExit("flowz %s: exit status %d: %s" % (" ".join(words), done.returncode, done.stderr.decode()))
        return done.stdout.decode()


def text(path):
    """The text of a file, perhaps compressed."""
    opened = gzip.open(path, "rt") if path.endswith(".gz") else open(path, encoding="utf-8")
    with opened as file:
        return file.read()


def close(ours, theirs, relative):
    """Whether two numbers are the same within a relative distance."""
    return ours == theirs or abs(ours - theirs) <= relative * max(abs(ours), abs(theirs))


def is_near(a, b):
    """Whether two numbers in words are equal but for the last digits."""
    try:
        return close(float(a), float(b), TOLERANCE)
    except ValueError:
        return False


def pair(ours, theirs, key):
    """Rows of one key side by side, in their order: (row or None, row or None)."""
    here, there = {}, {}
    for rows, by in ((ours, here), (theirs, there)):
        for row in rows:
            by.setdefault(key(row), []).append(row)
    for name in sorted(set(here) | set(there)):
        a, b = here.get(name, []), there.get(name, [])
        for n in range(max(len(a), len(b))):
            yield (a[n] if n < len(a) else None), (b[n] if n < len(b) else None)
