"""The ledger: a row for each capture and shard, and what must hold between them."""
import json
import os
import re
from dataclasses import dataclass

from . import Wrong
from .files import write_text

# Status of the job's program.
DONE, FAILED, WRONG_USAGE, DAMAGED = 0, 1, 2, 3
# Names of a kind that are told; the ledger has all.
MOST = 20
# Buckets of packets.
BUCKETS = ("in_flows", "no_flow", "duplicates", "other_shards")
# Files with rows; a slice's name has no two of these parts.
PART = re.compile(r"part-(?P<task>.+)-[0-9a-f]{16}\.parquet")


@dataclass
class Verdict:
    """What became of the job: sentences, and the exit status."""

    lines: list
    status: int


def in_order(rows):
    """Rows by sensor, slice and shard, whatever machine was first."""
    return sorted(rows, key=lambda row: (row["sensor"], row["slice"], _shard(row["shard"])))


def write(rows, path):
    """Writes the table: a JSON object a line, or Parquet if the name ends so."""
    if not path.endswith(".parquet"):
        write_text(path, "".join(json.dumps(row, sort_keys=True) + "\n" for row in rows))
        return
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise Wrong(f"the ledger '{path}' needs pyarrow: install it, or name a file that ends in .jsonl") from error
    from .files import publish

    flat = [{**row, "no_flow_reasons": json.dumps(row["no_flow_reasons"], sort_keys=True)} for row in rows]
    hidden = path + ".tmp"
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(flat, schema=_schema(pyarrow)), hidden)
    publish(hidden, path)


def _schema(pyarrow):
    text, number, real = pyarrow.string(), pyarrow.int64(), pyarrow.float64()
    kinds = {"exit": number, "files": pyarrow.list_(text), "seconds": real, "wall_seconds": real}
    numbers = ("capture_bytes", "packets", *BUCKETS, "rows", "bytes", "file_bytes", "attempt", "tries")
    kinds.update((name, number) for name in numbers)
    names = ("sensor slice shard capture capture_bytes status exit error packets in_flows duplicates other_shards no_flow no_flow_reasons "
             "rows bytes files file_bytes seconds wall_seconds attempt tries host")
    return pyarrow.schema([(name, kinds.get(name, text)) for name in names.split()])


def judge(rows, chains, lake):
    """Checks the ledger of all tasks; yields what is to be told."""
    wrong = [*_unsummed(rows), *_unshared(rows), *_unplanned(rows, chains), *_strays(rows, lake)]
    failed = [row for row in rows if row["status"] not in ("done", "damaged", "skipped")]
    skipped = [row for row in rows if row["status"] == "skipped"]
    damaged = [row for row in rows if row["status"] == "damaged"]
    lines = [_sums(rows)]
    lines += _told("damaged, what could be read is in the lake", [_name(row) for row in damaged])
    lines += _told("failed", [f"{_name(row)}: {row['error']} (tried {row['tries']} times)" for row in failed])
    lines += _told("not done, as one in front failed", [_name(row) for row in skipped])
    lines += _told("the ledger does not add up", wrong)
    status = FAILED if wrong or failed or skipped else DAMAGED if damaged else DONE
    return Verdict(lines, status)


def _sums(rows):
    sums = {name: sum(row[name] or 0 for row in rows) for name in ("packets", *BUCKETS, "rows", "file_bytes")}
    parts = " + ".join(f"{sums[name]} {name}" for name in BUCKETS)
    return f"{len(rows)} tasks: {sums['packets']} packets = {parts}; {sums['rows']} rows, {sums['file_bytes']} bytes of Parquet"


def _told(what, names):
    lines = [f"{what}: {name}" for name in names[:MOST]]
    return lines + ([f"{what}: {len(names) - MOST} more, see the ledger"] if len(names) > MOST else [])


def _unsummed(rows):
    """Packets read are the sum of the buckets."""
    for row in _good(rows):
        parts = sum(row[name] for name in BUCKETS)
        if row["packets"] != parts:
            yield f"{_name(row)} read {row['packets']} packets, and its buckets have {parts}"


def _unshared(rows):
    """All shards read the whole capture, and each packet is that of one of them."""
    captures = {}
    for row in rows:
        if row["shard"]:
            captures.setdefault((row["sensor"], row["slice"]), []).append(row)
    for of in captures.values():
        if len(_good(of)) < len(of):
            continue
        read, own = {row["packets"] for row in of}, sum(row["packets"] - row["other_shards"] for row in of)
        if read != {own}:
            yield f"{of[0]['capture']} has {sorted(read)} packets by its shards, which have {own} of their own"


def _unplanned(rows, chains):
    """Each capture of each chain has one row."""
    wanted = sorted((chain.sensor, capture.slice, chain.shard or None) for chain in chains for capture in chain.captures)
    found = [(row["sensor"], row["slice"], row["shard"]) for row in rows]
    if sorted(found, key=str) != sorted(wanted, key=str):
        yield f"{len(found)} rows stand in it for {len(wanted)} tasks"


def _strays(rows, lake):
    """The lake has no other file of these tasks, and all of theirs."""
    ours = {name for row in rows for name in row["files"]}
    tasks = {f"{row['sensor']}-{row['slice']}" for row in _good(rows)}
    for folder in sorted({os.path.dirname(name) for name in ours}):
        there = {os.path.join(folder, name) for name in os.listdir(os.path.join(lake, folder))} if os.path.isdir(os.path.join(lake, folder)) else set()
        for name in sorted(name for name in ours - there if os.path.dirname(name) == folder):
            yield f"{name} is not in the lake any more"
        for name in sorted(there - ours):
            match = PART.fullmatch(os.path.basename(name))
            if match and match["task"] in tasks:
                yield f"{name} is in the lake, and no task has written it"


def _good(rows):
    return [row for row in rows if row["status"] in ("done", "damaged")]


def _name(row):
    return row["capture"] + (f" (shard {row['shard']})" if row["shard"] else "")


def _shard(name):
    return int(name.split("/")[0]) if name else 0
