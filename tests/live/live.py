#!/usr/bin/env python3
"""Captures real traffic with flowz and compares its rows with those of captures; loads it; lets it run for long.

    live.py rows|load|rates|soak --flowz PROGRAM [--only NAME] [--seconds N] [--minutes N] [--steps-clock]

Everything happens in networks of its own (needs root, Linux). What is missing on this machine is skipped with a sentence. Prints a line for
each scenario; exit status 1 if something is wrong.
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile

import load
import rows
import soak
from lab import Check, Lab, Skip, networks, said

KINDS = {"rows": rows.SCENARIOS, "load": load.SCENARIOS, "rates": load.RATES, "soak": soak.SCENARIOS}
# Networks, processes and mounts of its own; nothing outlives the first process.
OWN = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]


def outside(args):
    """Starts this program again in networks of its own."""
    if os.geteuid() != 0:
        print("live: skipped: needs root, for networks of its own and to capture")
        return 0
    missing = [name for name in ("unshare", "ip", "mount", "sysctl") if not shutil.which(name)]
    if missing:
        print(f"live: skipped: there is no {', '.join(missing)}")
        return 0
    probe = "mount -t tmpfs none /run && ip netns add far && ip link add va type veth peer name vb netns far"
    if subprocess.run(OWN + ["sh", "-c", probe], check=False, stderr=subprocess.DEVNULL).returncode != 0:
        print("live: skipped: this machine allows no networks of its own (unshare, ip netns, veth)")
        return 0
    with tempfile.TemporaryDirectory(prefix="live") as folder:
        words = [word for word in sys.argv[1:] if word != args.flowz and word != "--flowz"]
        words = [sys.executable, "-B", os.path.abspath(__file__), *words, "--inside", folder, "--flowz", os.path.abspath(args.flowz)]
        return subprocess.run(OWN + words, check=False).returncode


def inside(args):
    """Runs the scenarios of a kind."""
    networks()
    values, skipped, wrong = 0, 0, []
    for name, scenario in KINDS[args.kind]:
        if args.only not in name:
            continue
        check = Check()
        with Lab(args.flowz, os.path.join(args.inside, name.replace(" ", "-"))) as lab:
            try:
                scenario(lab, check, args)
            except Skip as reason:
                skipped += 1
                print(f"{name}: skipped: {reason}", flush=True)
                continue
            except (OSError, ValueError, LookupError, subprocess.SubprocessError) as error:
                check.wrong.append(f"{type(error).__name__}: {error}")
            if check.wrong:
                wrong.append(name)
                check.wrong += [f"| {line}" for program in lab.started if program.args[0] == args.flowz for line in said(program).split("\n")[-60:]] if args.talks else []
        values += check.values
        print(f"{name}: {check.values} values, {len(check.wrong)} wrong", flush=True)
        for line in check.wrong[:80 if args.talks else 20]:
            print(f"  {line}", flush=True)
    print(f"live: {values} values, {skipped} scenarios skipped, {len(wrong)} wrong{': ' if wrong else ''}{', '.join(wrong)}")
    return 1 if wrong else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--flowz", required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--seconds", type=float, default=60, help="of full load, and for each try of rates")
    parser.add_argument("--program", default="", help="rates: only programs whose name has this text")
    parser.add_argument("--minutes", type=float, default=120, help="of soak")
    parser.add_argument("--steps-clock", action="store_true", help="soak: step the system's clock at the end, forwards and back")
    parser.add_argument("--talks", action="store_true", help="show what flowz has said where something is wrong")
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    args = parser.parse_args()
    sys.exit(inside(args) if args.inside else outside(args))


if __name__ == "__main__":
    main()
