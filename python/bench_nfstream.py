"""`flowz.flows(CAPTURE).to_pandas()` beside NFStream's `to_pandas`, in turns, each in a process of its own.

    python/bench_nfstream.py CAPTURE [RUNS [PYTHON_WITH_NFSTREAM]]

Of each: seconds of the call on the clock, behind the imports; seconds of the whole process on the clock; processor time of the process and of those
that it starts; the largest resident set of one process, which flatters NFStream, whose meters are processes of their own.
"""
import os
import statistics
import subprocess
import sys
import tempfile
import time

PROGRAM = """
import sys, time
import pandas
{imports}
if __name__ == "__main__":
    begin = time.monotonic()
    frame = {call}
    print(time.monotonic() - begin, *frame.shape)
"""
FLOWZ = ("import pyarrow, flowz", "flowz.flows(sys.argv[1]{}).to_pandas()")
NFSTREAM = ("from nfstream import NFStreamer", "NFStreamer(source=sys.argv[1]{}).to_pandas()")
SUBJECTS = {
    "flowz": (FLOWZ, ""),
    "NFStream": (NFSTREAM, ""),
    "flowz, with pktSIATHisto and descriptiveStats": (FLOWZ, ', plugins="+pktSIATHisto,+descriptiveStats"'),
    "NFStream, statistical": (NFSTREAM, ", statistical_analysis=True"),
    "flowz, six plugins": (FLOWZ, ', plugins="basicFlow,basicStats,macRecorder,protoStats,tcpFlags,tcpStates"'),
}


def measured(python, program, capture, folder):
    """In a folder, since NFStream leaves files: seconds of the call, of the process and of the processors, MiB, and the table's rows and columns."""
    begin = time.monotonic()
    child = subprocess.Popen([python, "-c", program, capture], stdout=subprocess.PIPE, text=True, cwd=folder)
    said = child.stdout.read().split()
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"{python} -c {program}: status {status}")
    figures = float(said[0]), time.monotonic() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
    return figures, f"{said[1]} rows, {said[2]} columns"


def main():
    capture, runs = os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 3
    other = sys.argv[3] if len(sys.argv) > 3 else sys.executable
    figures = {name: [] for name in SUBJECTS}
    for run in range(runs):
        for name, ((imports, call), options) in SUBJECTS.items():
            python = other if imports is NFSTREAM[0] else sys.executable
            program = PROGRAM.format(imports=imports, call=call.format(options))
            with tempfile.TemporaryDirectory() as folder:
                found, shape = measured(python, program, capture, folder)
            figures[name].append(found)
            print(f"{run + 1} {name}: {shape}:", " ".join(f"{figure:.2f}" for figure in found), flush=True)
    for name, found in figures.items():
        parts = [f"{statistics.median(part):.2f} ({min(part):.2f} - {max(part):.2f})" for part in zip(*found)]
        print(f"| {name} | {' | '.join(parts)} |")


if __name__ == "__main__":
    main()
