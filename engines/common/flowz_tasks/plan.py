"""The tasks: a chain for each sensor, or one for each shard of it."""
import os
import uuid
from dataclasses import dataclass, field

from . import Wrong
from .files import read_json, write_json


@dataclass(frozen=True)
class Chain:
    """Captures of a sensor in their order; each goes on with the state of the one in front of it. `shard` is I/N, or empty."""

    sensor: str
    shard: str
    captures: tuple

    @property
    def size(self):
        """Bytes to be read."""
        return sum(capture.size for capture in self.captures)


@dataclass(frozen=True)
class Settings:
    """What all tasks have in common."""

    # The program, on the machine that runs a task.
    flowz: str
    # Where the rows go, and what is kept beside them: states, records, unfinished files.
    lake: str
    work: str
    # Further words for `flowz extract`.
    words: tuple = ()
    # How often a capture is tried, and for at most how many seconds (0: any).
    tries: int = 3
    timeout: float = 0
    # The flows that live at a chain's end stay in its state, for the captures of the next job.
    keep_open: bool = False
    # A capture that fails is a gap, and the chain goes on behind it.
    skip_failed: bool = False
    # Names the unfinished files of this job.
    job: str = field(default_factory=lambda: uuid.uuid4().hex[:12])

    @property
    def stage(self):
        """Unfinished files of this job."""
        return os.path.join(self.work, "stage", self.job)


def chains(captures, shards=1):
    """The tasks, the largest first, so that none of them begins late and holds up the end."""
    sensors = {}
    for capture in captures:
        sensors.setdefault(capture.sensor, []).append(capture)
    names = [f"{one}/{shards}" for one in range(1, shards + 1)] if shards > 1 else [""]
    every = [Chain(sensor, name, tuple(of)) for sensor, of in sensors.items() for name in names]
    return sorted(every, key=lambda chain: (-chain.size, chain.sensor, chain.shard))


def claim(settings, shards):
    """Notes how the lake is made. Rows that are made otherwise would stand beside those of the same flows: refused."""
    os.makedirs(settings.lake, exist_ok=True)
    path = os.path.join(settings.work, "settings.json")
    wanted = {"words": list(settings.words), "shards": shards}
    found = read_json(path)
    if found is None:
        write_json(path, wanted)
    elif found != wanted:
        said = " ".join([f"--shards {found['shards']}", *found["words"]])
        raise Wrong(f"the lake '{settings.lake}' was made with {said}: do the same, or name another --lake")
