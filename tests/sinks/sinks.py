#!/usr/bin/env python3
"""Writes captures with a sink, reads them back with a foreign program, and compares cell by cell with the tables of txt; then faults.

    sinks.py --flowz PROGRAM [--only NAME] [--shared FOLDER]

`scenarios/` has a file for each sink: `NAMES` is a list of (name, function), and a function takes a `Lab` and a `Check`. It raises `Skip` for
what is missing on this machine. Prints a line for each scenario; exit status 1 if something differs.
"""
import argparse
import glob
import importlib
import os
import sys
import tempfile
import time
import traceback

from lab import Check, Lab, Skip

# Differences of a scenario that are shown.
MOST = 10


def scenarios():
    """All functions by their names."""
    here = os.path.dirname(os.path.abspath(__file__))
    for path in sorted(glob.glob(os.path.join(here, "scenarios", "*.py"))):
        module = importlib.import_module("scenarios." + os.path.splitext(os.path.basename(path))[0])
        yield from module.NAMES


def main():
    parser = argparse.ArgumentParser(description="Sinks, read back by foreign programs.")
    parser.add_argument("--flowz", required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--shared", default="")
    args = parser.parse_args()
    values, wrong, skipped = 0, [], 0
    with tempfile.TemporaryDirectory(prefix="sinks") as folder:
        for name, run in scenarios():
            if args.only not in name:
                continue
            check, began = Check(), time.monotonic()
            try:
                with Lab(os.path.abspath(args.flowz), os.path.join(folder, name), args.shared and os.path.abspath(args.shared)) as lab:
                    run(lab, check)
            except Skip as why:
                skipped += 1
                print(f"{name}: skipped: {why}", flush=True)
                continue
            except Exception:  # A scenario that breaks is one that differs; the others go on.
                check.wrong.append(traceback.format_exc())
            values += check.values
            print(f"{name}: {check.values} values, {len(check.wrong)} differ ({time.monotonic() - began:.1f} s)")
            for text in check.wrong[:MOST]:
                print(f"  {text}")
            sys.stdout.flush()
            if check.wrong:
                wrong.append(name)
    names = f": {', '.join(wrong)}" if wrong else ""
    print(f"sinks: {values} values compared, {skipped} scenarios skipped, {len(wrong)} differ{names}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
