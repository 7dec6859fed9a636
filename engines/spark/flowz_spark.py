#!/usr/bin/env python3
"""Rows of many captures on a Spark cluster: a chain of captures for each sensor and shard is a task (docs/clusters.md).

    spark-submit --master MASTER flowz_spark.py FOLDER|TABLE --lake DIR [--shards N] [-- WORDS FOR flowz extract]

Exit status: 0 done, 1 a capture failed or the ledger does not add up, 2 wrong usage, 3 done but a capture is damaged.
"""
import os
import re
import sys
import tempfile
import time
import zipfile
from dataclasses import replace

COMMON = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "common")
if os.path.isdir(COMMON):
    sys.path.insert(0, COMMON)

from py4j.protocol import Py4JJavaError  # noqa: E402
from pyspark import SparkContext, SparkFiles, TaskContext  # noqa: E402
from pyspark.errors import PySparkException  # noqa: E402
from pyspark.sql import SparkSession  # noqa: E402

from flowz_tasks import Lost, job  # noqa: E402


def main():
    """Does the job that the command line names."""
    args = job.arguments(job.parser("Rows of many captures on a Spark cluster."))
    began = time.monotonic()
    session = SparkSession.builder.appName("flowz").getOrCreate()
    print(f"flowz_spark: {time.monotonic() - began:.1f} s until Spark was there")
    try:
        send_modules(session.sparkContext)
        tasks = lambda settings, chains: run_tasks(session.sparkContext, settings, chains)  # noqa: E731
        return job.run("flowz_spark", args, tasks, lambda path: read_parquet(session, path))
    finally:
        session.stop()


def run_tasks(context: SparkContext, settings, chains):
    """A partition is a chain: Spark begins them in this order, and tries them again elsewhere if a machine is lost."""

    def task(chain):
        from flowz_tasks import worker

        here = replace(settings, flowz=program(settings.flowz))
        return worker.run_chain(here, chain, TaskContext.get().attemptNumber())

    try:
        return context.parallelize(chains, len(chains)).flatMap(task).collect()
    except (Py4JJavaError, PySparkException) as error:
        # Behind the traces of all languages; the log has them.
        lines = str(error).splitlines() or [""]
        why = next((line for line in reversed(lines) if re.match(r"\w+Error: ", line)), lines[0])
        raise Lost(f"Spark gave up: {why}") from error


def program(name):
    """The program that came along with --files, else the one of this machine."""
    sent = SparkFiles.get(name) if os.sep not in name else ""
    return sent if sent and os.path.exists(sent) else name


def send_modules(context: SparkContext):
    """The shared modules go to the executors; --py-files has done it where they are not beside this file."""
    if not os.path.isdir(COMMON):
        return
    folder = tempfile.mkdtemp(prefix="flowz-spark-")
    path = os.path.join(folder, "flowz_tasks.zip")
    with zipfile.ZipFile(path, "w") as archive:
        for name in sorted(os.listdir(os.path.join(COMMON, "flowz_tasks"))):
            if name.endswith(".py"):
                archive.write(os.path.join(COMMON, "flowz_tasks", name), f"flowz_tasks/{name}")
    context.addPyFile(path)


def read_parquet(session: SparkSession, path):
    """The rows of a table of captures."""
    return [row.asDict() for row in session.read.parquet(path).collect()]


if __name__ == "__main__":
    sys.exit(main())
