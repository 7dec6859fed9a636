"""Sink arrow, read by pyarrow."""
import glob
import os
import subprocess

import columns
import txt


def round_trip(lab, check):
    """All values, types and metadata of all tables."""
    ipc = columns.module("pyarrow.ipc")
    for capture in lab.captures():
        tables, prefix = lab.tables(capture, ["arrow"])
        for name, table in (tables or {}).items():
            what = f"{os.path.basename(capture)} {name}"
            read = ipc.open_file(f"{prefix}_{name}.arrow").read_all()
            read.validate(full=True)
            check.table(what, table, read.column_names, columns.rows(read))
            columns.schema(check, what, read.schema, table)
        columns.remove(glob.glob(f"{prefix}_*"))


def stream(lab, check):
    """The flow table from a pipe, also if it has no rows; a reader that goes away is no failure."""
    ipc = columns.module("pyarrow.ipc")
    capture = lab.path("many.pcap")
    for count in (0, 5000):
        columns.packets(capture, count, flows=5000)
        lab.run(["-r", capture, "-w", lab.path("t"), "-q", "--sinks", "txt"])
        table = txt.read(lab.path("t"), txt.columns(lab.flowz, []))["flows"]
        with subprocess.Popen([lab.flowz, "-r", capture, "-w", "-", "-q", "--sinks", "arrow"], stdout=subprocess.PIPE, cwd=lab.folder) as process:
            read = ipc.open_stream(process.stdout).read_all()
        check.same("status", process.returncode, 0)
        check.table(f"stream of {count}", table, read.column_names, columns.rows(read))
    with subprocess.Popen([lab.flowz, "-r", capture, "-w", "-", "-q", "--sinks", "arrow"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=lab.folder) as process:
        process.stdout.close()
        said = process.stderr.read().decode()
    check.true(f"nobody calls a closed pipe a panic: {said[-300:]}", "panicked" not in said)
    with subprocess.Popen([lab.flowz, "-r", capture, "-w", "-", "-q", "--sinks", "txt"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=lab.folder) as like:
        like.stdout.close()
        like.stderr.read()
    check.same("status with a closed pipe, as that of txt", process.returncode, like.returncode)


def batches(lab, check):
    """Batches are bounded; the file is the same for any number of threads."""
    ipc = columns.module("pyarrow.ipc")
    capture, count = lab.path("many.pcap"), 100_000
    columns.packets(capture, count)
    for threads in (1, 4):
        lab.run(["-r", capture, "-w", lab.path(f"p{threads}"), "-s", "-q", "--plugins", "basicFlow", "--sinks", "arrow", "--threads", str(threads), "-o", "arrowSink.ARROW_BATCH=1"])
    file = ipc.open_file(lab.path("p1_packets.arrow"))
    check.true("there are several batches", file.num_record_batches > 4)
    check.same("rows", file.read_all().num_rows, count)
    for name in ("flows", "packets"):
        with open(lab.path(f"p1_{name}.arrow"), "rb") as one, open(lab.path(f"p4_{name}.arrow"), "rb") as four:
            check.true(f"{name} are the same for one and four threads", one.read() == four.read())


def full(lab, check):
    """A disk that is full: no file, and a sentence."""
    capture = lab.path("many.pcap")
    columns.packets(capture, 5000, flows=5000)
    folder = columns.small_disk(lab)
    try:
        _, said, status = lab.run(["-r", capture, "-w", os.path.join(folder, "p"), "-s", "-q", "--sinks", "arrow"], expected=None)
        check.true(f"the run fails and says why: {said[-300:]}", status not in (0, 3) and "No space left" in said)
        check.same("files that stay", os.listdir(folder), [])
    finally:
        subprocess.run(["umount", folder], check=False)


NAMES = [("arrow", round_trip), ("arrow-stream", stream), ("arrow-batches", batches), ("arrow-full", full)]
