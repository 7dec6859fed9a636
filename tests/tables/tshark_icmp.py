"""`flowz icmp-srt` beside the tables that tshark 4.0.17 prints for `-z icmp,srt` and `-z icmpv6,srt`."""
import csv
import io

GOLDEN = "tshark"
NAMES = ["Requests", "Replies", "Lost", "% Loss", "Minimum", "Maximum", "Mean", "Median", "SDeviation", "Min Frame", "Max Frame"]
TIMES = ["Minimum", "Maximum", "Mean", "Median", "SDeviation"]
NOTHING = ["0", "0", "0", "0.0%", "0.000", "0.000", "0.000", "0.000", "0.000", "0", "0"]
REASONS = {"Teredo": "tshark takes the echo requests of Teredo for its tests of connectivity, and knows Teredo by the port of its servers only"}
TEREDO = {"zeek-gtp8-teredo", "zeek-teredo"}


def values(text):
    """The numbers of a table."""
    return [word for line in text.splitlines() if line[:1].isdigit() for word in line.split()]


def compare(run, tally):
    for stem, capture in run.all_captures():
        tables = run.print("icmp-srt", "--compat", capture).split("\n\n=")[-2:]
        rows = list(csv.DictReader(io.StringIO(run.print("icmp-srt", "--csv", capture))))
        for end, text, row in zip((".icmp-srt.txt", ".icmpv6-srt.txt"), tables, rows):
            golden = run.text(stem + end)
            expected = values(golden) if golden else NOTHING
            reason = lambda name, a, b: "Teredo" if stem in TEREDO and "v6" in end else None
            tally.row(stem + end, expected, values(text), NAMES, reason, TIMES)
            # The table with all digits says the same.
            again = [row["requests"], row["replies"], row["lost"], *("%.3f" % float(row[n] or 0) for n in ("min", "max", "mean", "median", "std"))]
            tally.row(stem + end + " csv", expected[:3] + expected[4:9], again, NAMES[:3] + TIMES, reason, TIMES)
