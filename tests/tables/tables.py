#!/usr/bin/env python3
"""Compares tables of flowz with those that other tools wrote or printed for the same captures.

    tables.py --flowz PROGRAM --golden FOLDER [--tool NAME] [--captures TEXT] FOLDER...

GOLDEN has a folder for each tool, the captures are in the other FOLDERs. Each tool is a module with `compare(place)`, which yields its tally; its folder is called
as its `GOLDEN` says, or like the tool. Prints rows, cells and cells that differ with their reasons; exit status 1 if a cell differs without a reason.
"""
import argparse
import importlib
import os
import sys

import tally

# Names of tools and their modules.
TOOLS = {
    "tcpstat": "tcpstat",
    "icmp": "tshark_icmp",
    "tcptrace-list": "tcptrace_list",
    **{name: name for name in ("lycostand", "netmate", "nfstream", "tcptrace", "tstat", "xpl")},
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--flowz", required=True)
    parser.add_argument("--golden", required=True)
    parser.add_argument("--tool", default="")
    parser.add_argument("--captures", default="")
    parser.add_argument("folders", nargs="+")
    args = parser.parse_args()
    is_good = True
    for name in TOOLS:
        if args.tool in ("", name):
            is_good &= compare(name, args)
    return 0 if is_good else 1


def compare(name, args):
    """Compares with one tool; whether nothing differs without a reason."""
    tool = importlib.import_module(TOOLS[name])
    golden = os.path.join(args.golden, getattr(tool, "GOLDEN", name))
    if not os.path.isdir(golden):
        print("%s: skipped: there is no %s" % (name, golden))
        return True
    return tool.compare(tally.Place(args.flowz, golden, args.folders, args.captures)).show()


if __name__ == "__main__":
    sys.exit(main())
