"""`flowz icmp-srt` beside the tables that tshark 4.0.17 prints for `-z icmp,srt` and `-z icmpv6,srt`."""
import csv
import io

from tally import Tally

GOLDEN = "tshark"
NAMES = ["Requests", "Replies", "Lost", "% Loss", "Minimum", "Maximum", "Mean", "Median", "SDeviation", "Min Frame", "Max Frame"]
TIMES = ["Minimum", "Maximum", "Mean", "Median", "SDeviation"]
NOTHING = ["0", "0", "0", "0.0%", "0.000", "0.000", "0.000", "0.000", "0.000", "0", "0"]
REASONS = {"Teredo": "tshark takes the echo requests of Teredo for its tests of connectivity, and knows Teredo by the port of its servers only"}
TEREDO = {"zeek-gtp8-teredo", "zeek-teredo"}


def values(text):
    """The numbers of a table."""
    return [word for line in text.splitlines() if line[:1].isdigit() for word in line.split()]


def compare(place):
    """All captures of which the tool has printed anything."""
    tally = Tally("icmp", REASONS, is_whole=not place.wanted)
    for stem, capture in place.printed():
        tally.captures += 1
        tables = place.run_command("icmp-srt", "--compat", capture).split("\n\n=")[-2:]
        rows = list(csv.DictReader(io.StringIO(place.run_command("icmp-srt", "--csv", capture))))
        for end, text, row in zip((".icmp-srt.txt", ".icmpv6-srt.txt"), tables, rows):
            golden = place.output(stem + end)
            expected = values(golden) if golden else NOTHING
            reason = lambda name, a, b: "Teredo" if stem in TEREDO and "v6" in end else None
            tally.line(stem + end, expected, values(text), NAMES, reason, TIMES)
            # The table with all digits says the same.
            again = [row["requests"], row["replies"], row["lost"], *("%.3f" % float(row[n] or 0) for n in ("min", "max", "mean", "median", "std"))]
            tally.line(stem + end + " csv", expected[:3] + expected[4:9], again, NAMES[:3] + TIMES, reason, TIMES)
    return tally
