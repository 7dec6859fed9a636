#!/usr/bin/env python3
"""Rows of many captures on one workstation: a chain of captures for each sensor and shard is a task (docs/clusters.md).

    flowz_dask.py FOLDER|TABLE --lake DIR [--workers N] [--shards N] [-- WORDS FOR flowz extract]

Exit status: 0 done, 1 a capture failed or the ledger does not add up, 2 wrong usage, 3 done but a capture is damaged.
"""
import os
import sys

COMMON = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "common")
sys.path.insert(0, COMMON)

from dask.distributed import Client, KilledWorker, LocalCluster  # noqa: E402

from flowz_tasks import Lost, job, worker  # noqa: E402

# Workers that a task may outlive before it counts as failed.
LIVES = 3


def main():
    """Does the job that the command line names."""
    parser = job.parser("Rows of many captures on one workstation.")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), metavar="N", help="processes (default: one for each core)")
    args = job.arguments(parser)
    return job.run("flowz_dask", args, lambda settings, chains: run_tasks(settings, chains, args.workers), read_parquet)


def run_tasks(settings, chains, workers):
    """All chains, the largest first; one whose worker is lost is begun again by another one."""
    with LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
        priorities = range(len(chains), 0, -1)
        futures = [client.submit(worker.run_chain, settings, chain, pure=False, retries=LIVES, priority=p) for chain, p in zip(chains, priorities)]
        try:
            return [row for rows in client.gather(futures) for row in rows]
        except KilledWorker as error:
            raise Lost(f"Dask gave up: {error}") from error
        except OSError as error:
            raise Lost(f"a task could not write: {error}") from error


def read_parquet(path):
    """The rows of a table of captures."""
    import pyarrow.parquet

    return pyarrow.parquet.read_table(path).to_pylist()


if __name__ == "__main__":
    sys.exit(main())
