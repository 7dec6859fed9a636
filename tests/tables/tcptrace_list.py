"""`flowz tcptrace` beside tcptrace 6.6.7: lines and tables that the tool has printed, and all numbers as it prints them now, if it is installed."""
import os
import shutil
import subprocess
import tempfile

from tally import Tally

GOLDEN = "tcptrace"
REASONS = {
    "hint": "the tool tells of an option of its own, which flowz does not have",
    "fuzz": "headers of this capture have random bytes: the tool takes what is no IP packet for one",
    "idle": "the capture's last packet is one that flowz forms no flow of, or a connection ends with the next one: until when it is idle",
    "packets": "the tool counts a packet that flowz forms no flow of, and lists its conversation",
}
HINT = "(use -w option to show details)"
# Lines about a run of the tool.
OF_THE_RUN = ("Ostermann's", "elapsed wallclock time", "Running file")
# Captures with connections that have no end, so that the tool counts the time to the end of the capture as idle.
IDLE = {"pcpp-null-loopback", "zeek-tcp-fin-retransmission"}
PACKETS = {"pcpp-null-loopback"}
FUZZ = {"ndpi-fuzz-2021-10-13"}


def lines(text):
    """What a listing says, without what it says of the run."""
    kept = [line for line in text.splitlines() if "remaining, starting with" not in line]
    kept = [line for line in kept if not line.lstrip("#").startswith(OF_THE_RUN)]
    return [line for line in kept if line.strip("# \t")]


def reason_of(stem):
    """The rule by which a line may differ."""
    def reason(_, expected, found):
        if expected.strip("#\t") == HINT:
            return "hint"
        if stem in FUZZ:
            return "fuzz"
        if stem in IDLE and ("idletime max" in expected or expected.count(",") == 139):
            return "idle"
        if stem in PACKETS:
            return "packets"
        return None
    return reason


def side_by_side(expected, found):
    """Pairs of lines; the hint has none beside it."""
    found = iter(found)
    for line in expected:
        yield line, "" if line.strip("#\t") == HINT else next(found, "nothing")
    for line in found:
        yield "nothing", line


def compare_lines(tally, where, stem, expected, found):
    for number, (a, b) in enumerate(side_by_side(lines(expected), lines(found))):
        tally.line("%s line %d" % (where, number + 1), [a], [b], [a], reason_of(stem))


def run_tool(capture):
    """All numbers as the tool prints them; nothing where it is not installed or breaks down."""
    tool = shutil.which("tcptrace")
    if tool is None:
        return None
    # The tool leaves a file where it runs.
    with tempfile.TemporaryDirectory() as folder:
        words = [tool, "-nlru", os.path.abspath(capture)]
        done = subprocess.run(words, capture_output=True, check=False, cwd=folder, env={**os.environ, "TZ": "UTC"})
    return done.stdout.decode(errors="replace") if done.returncode == 0 else None


def compare(place):
    """All captures with lists of the tool."""
    tally = Tally("tcptrace-list", REASONS, is_whole=not place.wanted)
    for stem, capture, (brief, table) in place.captures(".brief.txt", ".lr.csv"):
        tally.captures += 1
        if brief is not None:
            compare_lines(tally, "%s brief" % stem, stem, brief, place.run_command("tcptrace", "-n", capture))
        if table is not None:
            compare_lines(tally, "%s table" % stem, stem, table, place.run_command("tcptrace", "-nlr", "--csv", capture))
        long = run_tool(capture)
        if long is not None:
            compare_lines(tally, "%s long" % stem, stem, long, place.run_command("tcptrace", "-nlru", os.path.abspath(capture)))
    return tally
