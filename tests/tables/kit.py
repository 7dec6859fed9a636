"""What the comparisons share: captures with their outputs, and the count of cells."""
import collections
import gzip
import os
import subprocess

# Times, and means of times.
TOLERANCE = 1e-6
# So many differences are printed.
SHOWN = 20


class Run:
    """The program, the outputs of a tool and the captures."""

    def __init__(self, flowz, golden, folders, wanted):
        self.flowz, self.golden, self.wanted = flowz, golden, wanted
        self.files = {}
        for folder in folders:
            for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
                stem = name.rsplit(".", 1)[0]
                self.files.setdefault(stem, os.path.join(folder, name))

    def captures(self, *ends):
        """Name, capture, and the text of each output with one of these ends, None where there is none."""
        stems = set()
        for name in os.listdir(self.golden):
            plain = name[:-3] if name.endswith(".gz") else name
            stems.update(plain[:-len(end)] for end in ends if plain.endswith(end))
        for stem in sorted(stems):
            if self.wanted in stem and stem in self.files:
                yield stem, self.files[stem], [self.text(stem + end) for end in ends]

    def all_captures(self):
        """Name and path of each capture of which the tool has printed anything."""
        stems = {name.split(".")[0] for name in os.listdir(self.golden)}
        for stem in sorted(stems):
            if self.wanted in stem and stem in self.files:
                yield stem, self.files[stem]

    def text(self, name):
        """An output, compressed or not."""
        path = os.path.join(self.golden, name)
        if os.path.exists(path):
            with open(path) as file:
                return file.read()
        if os.path.exists(path + ".gz"):
            with gzip.open(path + ".gz", "rt") as file:
                return file.read()
        return None

    def print(self, *words):
        """What the program prints; captures that are cut end with 3."""
        done = subprocess.run([self.flowz, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "TZ": "UTC"})
        if done.returncode not in (0, 3):
            raise SystemExit("flowz %s: status %d: %s" % (" ".join(words), done.returncode, done.stderr))
        return done.stdout


class Tally:
    """Rows and cells that were compared, and those that differ."""

    def __init__(self, name, reasons, is_whole):
        self.name, self.reasons, self.is_whole = name, reasons, is_whole
        self.rows = self.cells = 0
        self.known = collections.Counter()
        self.wrong = []

    def row(self, place, expected, found, names, reason=lambda name, expected, found: None, close=()):
        """Compares a row cell by cell; `reason` may name a reason for a cell that differs, columns in `close` need not be equal to the last digit."""
        self.rows += 1
        self.cells += max(len(expected), len(found))
        if len(expected) != len(found):
            self.wrong.append("%s: %d cells, not %d: %s" % (place, len(found), len(expected), found))
            return
        for name, a, b in zip(names, expected, found):
            if a == b or name in close and is_close(a, b):
                continue
            why = reason(name, a, b)
            if why is None:
                self.wrong.append("%s: %s: %s, not %s" % (place, name, b, a))
            else:
                self.known[why] += 1

    def count(self, place, expected, found):
        """Compares how many rows there are."""
        if expected != found:
            self.wrong.append("%s: %d rows, not %d" % (place, found, expected))

    def report(self):
        """Prints the sums; whether all is as it should be."""
        different = sum(self.known.values()) + len(self.wrong)
        print("%s: %d rows, %d cells, %d different" % (self.name, self.rows, self.cells, different))
        for why, count in sorted(self.known.items()):
            print("  %6d  %s: %s" % (count, why, self.reasons[why]))
        unused = [why for why in self.reasons if why not in self.known] if self.is_whole else []
        for why in unused:
            print("  reason that is not needed any more: %s" % why)
        for line in self.wrong[:SHOWN]:
            print("  without a reason: %s" % line)
        if len(self.wrong) > SHOWN:
            print("  and %d more" % (len(self.wrong) - SHOWN))
        return not self.wrong and not unused


def is_close(a, b):
    """Whether two numbers in words are equal but for the last digits."""
    try:
        a, b = float(a), float(b)
    except ValueError:
        return False
    return abs(a - b) <= TOLERANCE * max(abs(a), abs(b))
