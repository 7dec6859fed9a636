#!/usr/bin/env python3
"""Lets real servers and clients talk, captures it, and compares what plugins decode with what the clients report.

    peers.py --flowz PROGRAM [--only NAME] [--keep FOLDER]

Everything happens in a network of its own (needs root, Linux), with `tcpdump` on its loopback interface. What is missing on this machine is
skipped with a sentence. Prints a line for each scenario; exit status 1 if something differs. `--only` takes the names that have this text;
`--keep` copies the captures of what differs there.
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile

import calls
import files
import mail
import names
import quic
import shell
import tls
import web
from lab import Check, Lab, Skip

SCENARIOS = web.SCENARIOS + tls.SCENARIOS + quic.SCENARIOS + names.SCENARIOS + shell.SCENARIOS + mail.SCENARIOS + files.SCENARIOS + calls.SCENARIOS
# All of it, in seconds.
MOST_TIME = 600
# Network, processes and mounts of its own; nothing outlives the first process.
OWN = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child"]


def outside(args):
    """Starts this program again in a network of its own."""
    if os.geteuid() != 0:
        print("peers: skipped: needs root, for a network of its own and to capture")
        return 0
    missing = [name for name in ("unshare", "ip", "mount", "tcpdump") if not shutil.which(name)]
    if missing:
        print(f"peers: skipped: there is no {', '.join(missing)}")
        return 0
    if subprocess.run(OWN + ["true"], check=False, stderr=subprocess.DEVNULL).returncode != 0:
        print("peers: skipped: this machine allows no network of its own (unshare)")
        return 0
    with tempfile.TemporaryDirectory(prefix="peers") as folder:
        words = [sys.executable, "-B", os.path.abspath(__file__), "--inside", folder]
        words += ["--flowz", os.path.abspath(args.flowz), "--only", args.only, "--keep", args.keep and os.path.abspath(args.keep)]
        try:
            return subprocess.run(OWN + words, check=False, timeout=MOST_TIME).returncode
        except subprocess.TimeoutExpired:
            print(f"peers: takes longer than {MOST_TIME} s")
            return 1


def inside(args):
    """Runs the scenarios."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    # Segments as on a wire, not of 64 KiB.
    subprocess.run(["ip", "link", "set", "lo", "mtu", "1500", "gso_max_segs", "1"], check=False, stderr=subprocess.DEVNULL)
    subprocess.run(["mount", "-t", "tmpfs", "none", "/run"], check=True)
    values, skipped, wrong = 0, 0, []
    for name, needs, scenario in SCENARIOS:
        if args.only not in name:
            continue
        with Lab(args.flowz, os.path.join(args.inside, name)) as lab:
            check = Check()
            try:
                lab.needs(needs)
                scenario(lab, check)
            except Skip as reason:
                skipped += 1
                print(f"{name}: skipped: {reason}", flush=True)
                continue
            except (OSError, ValueError, LookupError, subprocess.SubprocessError) as error:
                check.wrong.append(f"{type(error).__name__}: {error}")
            if check.wrong:
                wrong.append(name)
                lab.keep(args.keep, name)
        values += check.values
        print(f"{name}: {check.values} values, {len(check.wrong)} differ", flush=True)
        for line in check.wrong[:20]:
            print(f"  {line}", flush=True)
    print(f"peers: {values} values compared, {skipped} scenarios skipped, {len(wrong)} differ{': ' if wrong else ''}{', '.join(wrong)}")
    return 1 if wrong else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--flowz", required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--keep", default="")
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    args = parser.parse_args()
    sys.exit(inside(args) if args.inside else outside(args))


if __name__ == "__main__":
    main()
