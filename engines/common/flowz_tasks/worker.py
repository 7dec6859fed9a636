"""What a task does: one chain, capture by capture.

A capture is done when its record is there, which is written last: behind the state for the next capture and the file with rows. Names and
content of all three depend only on the captures and the settings, and each attempt writes them under names of its own first. So an attempt
that follows another one, or runs beside it, takes what has a record and does the rest; whoever is second writes the same again.
"""
import hashlib
import json
import os
import shutil
import socket
import subprocess
import time
import uuid
from dataclasses import dataclass

from .files import publish, read_json, remove, write_json

# Bytes of what flowz says of which the last line is looked for.
TAIL = 1 << 20
# States of so many captures are kept for each chain: the last one may be the last of a job, and be done again by the next job.
KEPT = 2
# Sums of programs, by path, size and time of change: a process does many tasks.
SUMS = {}


class StateGone(Exception):
    """The state that a capture goes on with is not there any more."""


@dataclass(frozen=True)
class Link:
    """What a capture goes on with: a sum over all in front of it, and their state."""

    key: str = ""
    state: str = ""


@dataclass(frozen=True)
class Step:
    """One capture of a chain; the last one ends all flows."""

    chain: object
    capture: object
    is_last: bool
    before: Link

    def key(self, settings):
        """A sum over all that its rows depend on."""
        capture = self.capture
        try:
            found = os.stat(capture.path)
            version = [found.st_size, found.st_mtime_ns]
        except OSError:
            version = None
        parts = [_program(settings.flowz), settings.words, self.chain.sensor, self.chain.shard, capture.slice, capture.path, version]
        text = json.dumps([*parts, self.is_last, self.before.key])
        return hashlib.sha256(text.encode()).hexdigest()


class Places:
    """Where a chain's files are."""

    def __init__(self, settings, chain):
        shard = chain.shard.replace("/", "-of-") or "whole"
        self.lake = settings.lake
        self.records = os.path.join(settings.work, "records", chain.sensor, shard)
        self.states = os.path.join(settings.work, "states", chain.sensor, shard)

    def record(self, name):
        """The record of a slice."""
        return os.path.join(self.records, f"{name}.json")

    def state(self, name, key):
        """The state behind a slice."""
        return os.path.join(self.states, f"{name}-{key[:16]}.state")

    def in_front_of(self, name):
        """The last record in front of a slice, None without."""
        try:
            names = sorted(entry[: -len(".json")] for entry in os.listdir(self.records) if entry.endswith(".json") and entry[0] != ".")
        except OSError:
            return None
        earlier = [one for one in names if one < name]
        return read_json(self.record(earlier[-1])) if earlier else None

    def drop_states(self, names):
        """Removes the states behind these slices."""
        try:
            entries = os.listdir(self.states)
        except OSError:
            return
        for entry in entries:
            if entry.rsplit("-", 1)[0] in names:
                remove(os.path.join(self.states, entry))


def run_chain(settings, chain, attempt=0):
    """Does a chain; yields a row of the ledger for each capture."""
    places = Places(settings, chain)
    try:
        return _run(settings, chain, places, attempt, takes=True)
    except StateGone:
        # An older capture is another one now: all behind it are done again, and the states for it are made on the way.
        return _run(settings, chain, places, attempt, takes=False)


def _run(settings, chain, places, attempt, takes):
    """`takes`: what has a record is not done again."""
    before = _begin(settings, chain, places)
    rows, good, failed = [], None, None
    for number, capture in enumerate(chain.captures):
        if failed:
            rows.append(_row(chain, capture, attempt, status="skipped", error=f"{failed} failed in front of it"))
            continue
        is_last = number == len(chain.captures) - 1 and not settings.keep_open
        step = Step(chain, capture, is_last, before)
        row, link = _step(settings, step, places, attempt, takes)
        rows.append(row)
        if link:
            before, good = link, (number, step)
            places.drop_states({one.slice for one in chain.captures[: max(0, number + 1 - KEPT)]})
        elif not settings.skip_failed:
            failed = capture.path
    if good and failed is None and not settings.keep_open and not good[1].is_last:
        # The last ones are gaps: the flows end in front of them.
        number, step = good
        last = Step(chain, step.capture, True, step.before)
        rows[number], _ = _step(settings, last, places, attempt, takes)
    return rows


def _begin(settings, chain, places):
    """What the first capture goes on with: the state of an earlier job, if that left its flows alive."""
    record = places.in_front_of(chain.captures[0].slice)
    if record is None or not record["state"]:
        return Link()
    return Link(record["key"], os.path.join(settings.work, record["state"]))


def _step(settings, step, places, attempt, takes):
    """Takes a capture's record, or does the capture; yields its row, and the link for the next one unless it failed."""
    key = step.key(settings)
    record = _record(settings, step, places, key) if takes else None
    if record is None:
        if step.before.state and not os.path.exists(step.before.state):
            # Another attempt may have gone on meanwhile.
            record = _record(settings, step, places, key)
            if record is None and takes:
                raise StateGone
    began, row = time.monotonic(), None
    for number in range(1, max(1, settings.tries) + 1):
        record = record or (_record(settings, step, places, key) if number > 1 else None)
        if record is not None:
            return record["row"], Link(key, os.path.join(settings.work, record["state"]) if record["state"] else "")
        summary, folder = _extract(settings, step)
        try:
            row = _row(step.chain, step.capture, attempt, summary=summary, tries=number)
            if row["status"] in ("done", "damaged"):
                row["wall_seconds"] = round(time.monotonic() - began, 3)
                record = _publish(settings, step, places, key, row, summary, folder)
        finally:
            remove(folder)
    return (record["row"], _link(settings, key, record)) if record else (row, None)


def _link(settings, key, record):
    return Link(key, os.path.join(settings.work, record["state"]) if record["state"] else "")


def _record(settings, step, places, key):
    """A capture's record, if its files are there and nothing that its rows depend on is another."""
    record = read_json(places.record(step.capture.slice))
    if record is None or record.get("key") != key:
        return None
    for name, size in record["files"].items():
        try:
            if os.path.getsize(os.path.join(settings.lake, name)) != size:
                return None
        except OSError:
            return None
    return record


def _extract(settings, step):
    """Runs flowz in a folder of its own; yields its summary and the folder."""
    folder = os.path.join(settings.stage, uuid.uuid4().hex)
    os.makedirs(folder)
    words = [settings.flowz, "extract", step.capture.path, "--out", os.path.join(folder, "rows"), "--format", "parquet"]
    words += ["--sensor", step.chain.sensor, "--slice", step.capture.slice]
    words += ["--shard", step.chain.shard] if step.chain.shard else []
    words += ["--resume", step.before.state] if step.before.state else []
    words += [] if step.is_last else ["--checkpoint", os.path.join(folder, "state")]
    words += settings.words
    said = os.path.join(folder, "said")
    try:
        with open(said, "wb") as file:
            subprocess.run(words, stdin=subprocess.DEVNULL, stdout=file, stderr=file, timeout=settings.timeout or None, check=False)
    except subprocess.TimeoutExpired:
        return {"status": "failed", "exit": None, "error": f"not done in {settings.timeout:g} seconds"}, folder
    except OSError as error:
        return {"status": "failed", "exit": None, "error": f"cannot start '{settings.flowz}': {error.strerror}"}, folder
    return _summary(said), folder


def _summary(said):
    """The last line of what flowz says."""
    with open(said, "rb") as file:
        file.seek(max(0, os.path.getsize(said) - TAIL))
        lines = file.read().decode(errors="replace").splitlines()
    try:
        summary = json.loads(lines[-1])
        return summary if isinstance(summary, dict) and "status" in summary else {"status": "failed", "exit": None, "error": lines[-1]}
    except (IndexError, ValueError):
        error = lines[-1] if lines else "it was ended from outside"
        return {"status": "failed", "exit": None, "error": error}


def _publish(settings, step, places, key, row, summary, folder):
    """State, rows and record get their names, in this order; yields the record."""
    state = ""
    if not step.is_last:
        to = places.state(step.capture.slice, key)
        publish(os.path.join(folder, "state"), to)
        state = os.path.relpath(to, settings.work)
    files = {}
    for path in summary["files"]:
        name = os.path.join(f"dt={step.capture.day}", f"sensor={step.chain.sensor}", os.path.basename(path))
        files[name] = os.path.getsize(path)
        publish(path, os.path.join(settings.lake, name))
    old = read_json(places.record(step.capture.slice)) or {"files": {}}
    for name in sorted(set(old["files"]) - set(files)):
        remove(os.path.join(settings.lake, name))
    row["files"], row["file_bytes"] = sorted(files), sum(files.values())
    record = {"key": key, "state": state, "files": files, "row": row}
    write_json(places.record(step.capture.slice), record)
    return record


def _row(chain, capture, attempt, summary=None, tries=0, status="failed", error=None):
    """A row of the ledger."""
    summary = summary or {"status": status, "exit": None, "error": error}
    buckets = summary.get("buckets", {})
    reasons = buckets.get("no_flow", {})
    numbers = {name: buckets.get(name) for name in ("in_flows", "duplicates", "other_shards")}
    return {
        "sensor": chain.sensor,
        "slice": capture.slice,
        "shard": chain.shard or None,
        "capture": capture.path,
        "capture_bytes": capture.size,
        "status": summary["status"],
        "exit": summary.get("exit"),
        "error": summary.get("error"),
        "packets": summary.get("packets"),
        **numbers,
        "no_flow": sum(reasons.values()) if buckets else None,
        "no_flow_reasons": reasons,
        "rows": summary.get("rows"),
        "bytes": summary.get("bytes"),
        "files": [],
        "file_bytes": 0,
        "seconds": summary.get("seconds"),
        "wall_seconds": None,
        "attempt": attempt,
        "tries": tries,
        "host": socket.gethostname(),
    }


def _program(path):
    """A sum over the program: states are read by the build that wrote them only."""
    path = shutil.which(path) or path
    try:
        found = os.stat(path)
        name = (path, found.st_size, found.st_mtime_ns)
        if name not in SUMS:
            with open(path, "rb") as file:
                SUMS[name] = hashlib.file_digest(file, "sha256").hexdigest() if hasattr(hashlib, "file_digest") else hashlib.sha256(file.read()).hexdigest()
        return SUMS[name]
    except OSError:
        return ""
