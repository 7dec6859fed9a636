#!/usr/bin/env python3
"""Compares tables of flowz with those that other tools wrote or printed for the same captures.

    tables.py --flowz PROGRAM --golden FOLDER [--tool NAME] [--captures TEXT] FOLDER...

GOLDEN has a folder for each tool, the captures are in the other FOLDERs. Each tool is a module: of commands that print tables with `GOLDEN`, the name of its
folder, and `compare(run, tally)`; of presets with `compare(place)`, which yields its tally, and the name of its folder. Prints rows, cells and cells that differ with
their reasons; exit status 1 if a cell differs without a reason.
"""
import argparse
import importlib
import os
import sys

import kit
import tally

# Commands that print tables.
COMMANDS = {"tcpstat": "tcpstat", "icmp": "tshark_icmp", "tcptrace-list": "tcptrace_list"}
# Presets: their modules and folders.
PRESETS = ("lycostand", "netmate", "nfstream", "tcptrace", "tstat", "xpl")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--flowz", required=True)
    parser.add_argument("--golden", required=True)
    parser.add_argument("--tool", default="")
    parser.add_argument("--captures", default="")
    parser.add_argument("folders", nargs="+")
    args = parser.parse_args()
    is_good = True
    for name in (*COMMANDS, *PRESETS):
        if args.tool in ("", name):
            is_good &= compare(name, args)
    return 0 if is_good else 1


def compare(name, args):
    """Compares with one tool; whether nothing differs without a reason."""
    tool = importlib.import_module(COMMANDS.get(name, name))
    golden = os.path.join(args.golden, getattr(tool, "GOLDEN", name))
    if not os.path.isdir(golden):
        print("%s: skipped: there is no %s" % (name, golden))
        return True
    if name in PRESETS:
        return tool.compare(tally.Place(args.flowz, golden, args.folders, args.captures)).show()
    counts = kit.Tally(name, tool.REASONS, is_whole=not args.captures)
    tool.compare(kit.Run(args.flowz, golden, args.folders, args.captures), counts)
    return counts.report()


if __name__ == "__main__":
    sys.exit(main())
