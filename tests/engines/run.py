#!/usr/bin/env python3
"""Runs the jobs of `engines/` over generated captures, kills one of their processes, and compares with one process for each sensor.

    run.py --flowz PROGRAM [--only TEXT]

The program needs the Parquet sink. Prints a line for each scenario; exit status 1 if something differs. What is missing on this machine is
skipped with a word.
"""
import argparse
import importlib.util
import os
import shutil
import sys
import tempfile
import time
import traceback

import traffic
from lab import Check, Lab, Skip

# Differences of a scenario that are shown.
MOST = 10


def scenarios():
    """All functions by their names."""
    import jobs
    import tasks

    yield from tasks.NAMES
    for name, job in jobs.NAMES:
        yield f"spark {name}", lambda lab, check, job=job: _with("pyspark", lab.spark, job, lab, check, True)
    for name, job in jobs.NAMES:
        yield f"dask {name}", lambda lab, check, job=job: _with("distributed", lab.dask, job, lab, check, False)


def _with(module, run, job, lab, check, is_spark):
    if importlib.util.find_spec(module) is None:
        raise Skip(f"the Python module {module} is not here")
    job(run, lab, check, is_spark)


def main():
    parser = argparse.ArgumentParser(description="Jobs for many captures beside one process for each sensor.")
    parser.add_argument("--flowz", required=True)
    parser.add_argument("--only", default="")
    args = parser.parse_args()
    if importlib.util.find_spec("duckdb") is None:
        print("engines: skipped: the Python module duckdb is not here, which compares the rows")
        return 0
    values, wrong, skipped = 0, [], 0
    with tempfile.TemporaryDirectory(prefix="engines") as folder:
        captures = traffic.write(os.path.join(folder, "captures"))
        for name, run in scenarios():
            if args.only not in name:
                continue
            check, began, place = Check(), time.monotonic(), os.path.join(folder, name.replace(" ", "-"))
            os.makedirs(place)
            try:
                run(Lab(os.path.abspath(args.flowz), place, captures), check)
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
            shutil.rmtree(place, ignore_errors=True)
            if check.wrong:
                wrong.append(name)
    names = f": {', '.join(wrong)}" if wrong else ""
    print(f"engines: {values} values compared, {skipped} scenarios skipped, {len(wrong)} differ{names}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
