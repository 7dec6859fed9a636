#!/usr/bin/env python3
"""Compares tables of flowz with what the tools wrote whose tables they are.

    tables.py --flowz PROGRAM [--tool NAME] [--captures TEXT] GOLDEN FOLDER...

GOLDEN has a folder for each tool; the captures are in the FOLDERs. Prints for each tool how many rows and cells were compared, how many differ, for which reasons,
and what differs without one; exit status 1 if anything does.
"""
import argparse
import importlib
import os
import sys

from tally import Place

TOOLS = ("netmate",)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--flowz", required=True)
    parser.add_argument("--tool", choices=TOOLS, action="append")
    parser.add_argument("--captures", default="")
    parser.add_argument("golden")
    parser.add_argument("folders", nargs="+")
    args = parser.parse_args()
    good = True
    for tool in args.tool or TOOLS:
        golden = os.path.join(args.golden, tool)
        tally = importlib.import_module(tool).compare(Place(args.flowz, golden, args.folders, args.captures))
        good &= tally.show()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
