"""What all engines do around their tasks: arguments, plan, ledger, exit status."""
import argparse
import os
import sys
import time

from . import Lost, Wrong, captures, ledger, plan
from .files import remove


def parser(description):
    """The arguments that all engines have."""
    args = argparse.ArgumentParser(description=description, epilog="What stands behind -- goes to flowz extract: -- --plugins=+tcpWin -o core.FLOW_TIMEOUT=60")
    args.add_argument("captures", help="a folder of captures, or a table of them (.csv or .parquet) with the columns path, sensor and start")
    args.add_argument("--lake", required=True, help="the folder for dt=.../sensor=.../part-....parquet")
    args.add_argument("--work", help="the folder for states and records (default: LAKE.work)")
    args.add_argument("--ledger", help="the table of all tasks, .jsonl or .parquet (default: WORK/ledger.jsonl)")
    args.add_argument("--flowz", default="flowz", help="the program on the machines that do the work (default: flowz)")
    args.add_argument("--shards", type=_positive, default=1, metavar="N", help="divide the flows of each sensor among N tasks")
    args.add_argument("--sensor-pattern", metavar="REGEX", help="finds the sensor in a path: (?P<sensor>...), and perhaps (?P<start>...)")
    args.add_argument("--order", choices=["name", "time"], help="of a sensor's captures (default: name in a folder, time in a table)")
    args.add_argument("--tries", type=_positive, default=3, metavar="N", help="how often a capture is tried (default: 3)")
    args.add_argument("--timeout", type=float, default=0, metavar="SECONDS", help="longest time for a capture (default: any)")
    args.add_argument("--keep-open", action="store_true", help="keep the flows that live at the end for the captures of the next job")
    args.add_argument("--skip-failed", action="store_true", help="go on behind a capture that failed, as if it were not there")
    return args


def arguments(args, words=None):
    """Parses; what stands behind `--` is in `words`."""
    words = sys.argv[1:] if words is None else words
    at = words.index("--") if "--" in words else len(words)
    parsed = args.parse_args(words[:at])
    parsed.words = words[at + 1 :]
    return parsed


def settings_of(args):
    """The settings of the tasks; paths are made whole, as other machines have other current folders."""
    lake = os.path.abspath(args.lake)
    return plan.Settings(
        flowz=os.path.abspath(args.flowz) if os.sep in args.flowz else args.flowz,
        lake=lake,
        work=os.path.abspath(args.work or lake.rstrip(os.sep) + ".work"),
        words=tuple(args.words),
        tries=args.tries,
        timeout=args.timeout,
        keep_open=args.keep_open,
        skip_failed=args.skip_failed,
    )


def run(name, args, run_tasks, read_parquet):
    """Does a job and yields its exit status. `run_tasks(settings, chains)` yields the rows of all tasks, `read_parquet(path)` those of a
    table of captures."""
    try:
        began, settings = time.monotonic(), settings_of(args)
        chains = plan.chains(_captures(args, read_parquet), args.shards)
        plan.claim(settings, args.shards)
        planned = time.monotonic()
        try:
            rows = ledger.in_order(run_tasks(settings, chains))
        finally:
            remove(settings.stage)
        worked = time.monotonic()
        ledger.write(rows, os.path.abspath(args.ledger) if args.ledger else os.path.join(settings.work, "ledger.jsonl"))
        verdict = ledger.judge(rows, chains, settings.lake)
    except Wrong as error:
        print(f"{name}: error: {error}", file=sys.stderr)
        return ledger.WRONG_USAGE
    except Lost as error:
        print(f"{name}: error: {error}; start the job again, which goes on behind what is done", file=sys.stderr)
        return ledger.FAILED
    for line in verdict.lines:
        print(f"{name}: {line}")
    print(f"{name}: {len(chains)} chains; {planned - began:.1f} s for the plan, {worked - planned:.1f} s for the tasks", flush=True)
    return verdict.status


def _captures(args, read_parquet):
    if args.captures.endswith(".csv"):
        return captures.of_csv(args.captures, args.order or "time")
    if args.captures.endswith(".parquet"):
        return captures.of_rows(read_parquet(args.captures), args.order or "time")
    return captures.of_folder(args.captures, args.sensor_pattern, args.order or "name")


def _positive(text):
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number
