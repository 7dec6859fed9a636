"""Compares the drawings of `flowz xpl` with those of tcptrace: with what it has drawn, and where the program is installed with what it draws now."""
import difflib
import os
import re
import shutil
import subprocess
import tempfile

from tally import Tally, text

GOLDEN = os.path.join("tcptrace", "xpl")
# Connections of a capture that are compared.
ONLY = "1-16"
TEXTS = ("atext", "btext", "ltext", "rtext")
SECONDS = 60
# A text of a time line: flags, numbers and bytes, acknowledgement, window and what is special.
SEGMENT = re.compile(r"^(.*\n(?:[A-Z]+ )*)\d+:\d+(\(\d+\) (?:ack )?)(?:\d+ )?(win .*)$")
LARGEST = 2 ** 31
# Damaged captures.
DAMAGED = {
    "ndpi-fuzz-2021-10-13": "the packets of the only connection are damaged: flowz forms no flow of them",
    "suri-transform-base64-7296": "times with fractions of more than a second: they are carried over here and printed as they are there",
    "tcp_offset_behind_packet": "a header that would end behind its packet: the tool reads memory behind it",
}


def commands(lines):
    """The lines of a drawing as commands: texts with the line behind them, the head as its lines."""
    found, lines = [], iter(lines.splitlines())
    for line in lines:
        if line.split(" ")[0] in TEXTS + ("title", "xlabel", "ylabel"):
            line += "\n" + next(lines, "")
        found.append(line)
    return found


def reason(stem, kind, wraps, ours, theirs):
    """The rule by which commands differ, if there is one."""
    if ours.startswith("title") and theirs.startswith("title") and ours.count(":") > 4:
        return "title: addresses of IPv6 are written otherwise"
    if kind == "owin" and wraps:
        return "owin: more is acknowledged than was captured: nothing is outstanding here, 2^32 less there, and the means follow"
    a, b = SEGMENT.match(ours), SEGMENT.match(theirs)
    if kind == "tline" and a and b and a.groups() == b.groups():
        return "tline: the tool counts the numbers of all connections from those of one"
    return DAMAGED.get(stem)


def values(commands):
    """The numbers at the upright axis."""
    return [float(command.split()[2]) for command in commands if command.startswith("dot ")]


def same(tally, stem, name, ours, theirs):
    """Compares two drawings."""
    tally.rows += 1
    ours, theirs = commands(ours), commands(theirs)
    if ours == theirs:
        tally.cells += len(theirs)
        return
    tally.drawings += 1
    kind = name.rsplit("_", 1)[1].removesuffix(".xpl")
    wraps = any(value > LARGEST for value in values(theirs))
    steps = difflib.SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
    for step, a, b, c, d in steps:
        if step == "equal":
            tally.cells += b - a
            continue
        for n in range(max(b - a, d - c)):
            x = ours[a + n] if a + n < b else ""
            y = theirs[c + n] if c + n < d else ""
            where = "%s %s command %d" % (stem, name, c + n + 1)
            tally.cell(where, repr(x), repr(y), False, reason(stem, kind, wraps, x, y))


def drawn(place, capture, folder, *words):
    """The drawings of flowz in a folder: name and text."""
    place.run_command("xpl", capture, "-w", folder, *words)
    return {name: text(os.path.join(folder, name)) for name in sorted(os.listdir(folder)) if name.endswith(".xpl")}


def golden(place, tally):
    """The drawings that the tool has made."""
    stems = {}
    for name in sorted(os.listdir(place.golden)):
        plain = name.removesuffix(".gz")
        if plain.endswith(".xpl"):
            stem, drawing = plain.removesuffix(".xpl").rsplit(".", 1)
            stems.setdefault(stem, []).append((drawing + ".xpl", os.path.join(place.golden, name)))
    for stem, names in stems.items():
        capture = place.capture(stem)
        if not capture or place.wanted not in stem:
            continue
        tally.captures += 1
        with tempfile.TemporaryDirectory() as folder:
            ours = drawn(place, capture, folder, "-S", "-R", "-o1-4")
        for name, path in names:
            same(tally, stem, name, ours.get(name, ""), text(path))


def installed(place, tally):
    """The drawings that the tool makes now."""
    for stem, capture in place.all_captures():
        with tempfile.TemporaryDirectory() as theirs:
            try:
                subprocess.run(["tcptrace", "-n", "-q", "-G", "-o" + ONLY, os.path.abspath(capture)], cwd=theirs, capture_output=True, check=True, timeout=SECONDS, env={**os.environ, "TZ": "UTC"})
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
                # It knows neither all link types nor all captures.
                continue
            names = sorted(name for name in os.listdir(theirs) if name.endswith(".xpl"))
            if not names:
                continue
            tally.captures += 1
            with tempfile.TemporaryDirectory() as folder:
                ours = drawn(place, capture, folder, "-G", "-o" + ONLY)
            for name in sorted(set(names) | set(ours)):
                there = text(os.path.join(theirs, name)) if name in names else ""
                same(tally, stem, name, ours.get(name, ""), there)


class Drawings(Tally):
    """Rows are drawings, cells their commands."""

    drawings = 0

    def show(self, most=60):
        """The counts, and how many drawings are not the same."""
        is_good = super().show(most)
        print("    %6d  drawings of these %d with a difference" % (self.drawings, self.rows))
        return is_good


class Both:
    """What was drawn once, and what is drawn now."""

    def __init__(self, *tallies):
        self.tallies = tallies

    def show(self):
        """Prints the counts of both."""
        return all([tally.show() for tally in self.tallies])


def compare(place):
    """All drawings that are there, and those of the program if it is."""
    then = Drawings("xpl")
    golden(place, then)
    if not shutil.which("tcptrace"):
        return then
    now = Drawings("xpl, tcptrace of this system")
    installed(place, now)
    return Both(then, now)
