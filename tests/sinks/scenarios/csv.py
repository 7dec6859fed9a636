"""Sink csv, read by Python."""
import csv

# Values of a list or a compound and characters that mean something have backslashes: only cells without any are compared.
PLAIN = ("U8", "U16", "U32", "U64", "I8", "I16", "I32", "I64", "H8", "H16", "H32", "H64", "MAC", "IP4", "IP6", "C", "U64.U32")


def round_trip(lab, check):
    """Simple cells are those of txt; the numbers of rows and the names are the same."""
    for capture in lab.captures():
        tables, prefix = lab.tables(capture, ["csv"])
        for name, table in (tables or {}).items():
            with open(f"{prefix}_{name}.csv", newline="", encoding="utf-8", errors="replace") as file:
                header, *rows = list(csv.reader(file))
            check.same(f"{name} columns", header, table.names)
            check.same(f"{name} rows", len(rows), len(table.rows))
            plain = [place for place, kind in enumerate(table.types) if kind.kind in PLAIN]
            for row, like in zip(rows, table.rows):
                check.same(f"{name} row", [row[place] for place in plain], [like[place] for place in plain])


NAMES = [("csv", round_trip)]
