"""Columns of pyarrow as typed values (see txt.py), and captures that scenarios of files of columns share."""
import os
import shutil
import struct
import subprocess
import time

from lab import Skip


def module(name):
    """A module of Python, or the scenario is skipped."""
    try:
        return __import__(name, fromlist=["_"])
    except ImportError:
        raise Skip(f"Python has no {name}") from None


def values(array):
    """The values of an array: times are whole nanoseconds, compounds tuples, lists lists."""
    pa = module("pyarrow")
    kind = array.type
    if pa.types.is_timestamp(kind) or pa.types.is_duration(kind):
        return array.cast(pa.int64()).to_pylist()
    if pa.types.is_struct(kind):
        rows = list(zip(*(values(array.field(n)) for n in range(kind.num_fields))))
        return [row if there else None for row, there in zip(rows, array.is_valid().to_pylist())]
    if pa.types.is_list(kind):
        items, offsets = values(array.values), array.offsets.to_pylist()
        return [items[begin:end] for begin, end in zip(offsets, offsets[1:])]
    return array.to_pylist()


def rows(table):
    """The rows of a table of pyarrow."""
    return list(zip(*(values(column.combine_chunks()) for column in table.columns))) if table.num_rows else []


def is_of(pa, kind, found):
    """Whether a type of pyarrow is the one that is promised for a type of txt."""
    simple = {"U8": pa.uint8(), "U16": pa.uint16(), "U32": pa.uint32(), "U64": pa.uint64(), "I8": pa.int8(), "I16": pa.int16(), "I32": pa.int32(),
              "I64": pa.int64(), "H8": pa.uint8(), "H16": pa.uint16(), "H32": pa.uint32(), "H64": pa.uint64(), "F": pa.float32(), "D": pa.float64()}
    if kind.kind in simple:
        return found == simple[kind.kind]
    if kind.kind == "U64.U32":
        return found in (pa.timestamp("ns", "UTC"), pa.duration("ns"))
    if kind.kind == "list":
        return pa.types.is_list(found) and is_of(pa, kind.parts[0], found.value_type)
    if kind.kind == "compound":
        return pa.types.is_struct(found) and found.num_fields == len(kind.parts) and all(
            is_of(pa, part, found.field(n).type) for n, part in enumerate(kind.parts))
    return found == pa.string() or kind.kind == "S" and found == pa.binary()


def schema(check, what, schema, table):
    """Types and what columns mean."""
    pa = module("pyarrow")
    for kind, field, doc in zip(table.types, schema, table.docs):
        check.true(f"{what} {field.name} is {kind.kind}, not {field.type}", is_of(pa, kind, field.type))
        check.same(f"{what} {field.name} description", (field.metadata or {}).get(b"description", b"").decode(), doc)
    entries = {key.decode(): value.decode() for key, value in (schema.metadata or {}).items()}
    check.same(f"{what} table", entries.get("flowz.table"), table.name)
    check.same(f"{what} sensor", entries.get("flowz.sensor"), "666")
    check.true(f"{what} program", entries.get("flowz.program", "").startswith("flowz "))
    check.true(f"{what} settings", entries.get("flowz.settings", "").startswith("0x"))


def packets(path, count, flows=1000, payload=b"x" * 18, first=1_700_000_000, step=1_000_000):
    """Writes a capture of small UDP datagrams: time in nanoseconds goes on by `step`."""
    ethernet = bytes.fromhex("020000000002" "020000000001" "0800")
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xa1b23c4d, 2, 4, 0, 0, 65535, 1))
        for number in range(count):
            flow = number % flows
            datagram = struct.pack(">HHHH", 1024 + flow % 60000, 4000 + flow // 60000, 8 + len(payload), 0) + payload
            ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(datagram), number & 0xffff, 0, 64, 17, 0, bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2]))
            frame = ethernet + ip + datagram
            seconds, nanos = divmod(number * step, 10**9)
            file.write(struct.pack("<IIII", first + seconds, nanos, len(frame), len(frame)) + frame)


def peak(program, words, folder):
    """Runs a program; yields its largest resident set in KiB, as it was a moment before its end."""
    process = subprocess.Popen([program, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
    most = 0
    while process.poll() is None:
        try:
            with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
                most = max([most, *(int(line.split()[1]) for line in file if line.startswith("VmHWM:"))])
        except FileNotFoundError:
            pass
        time.sleep(0.01)
    if process.returncode not in (0, 3):
        raise RuntimeError(f"{' '.join(words)}: status {process.returncode}")
    return most


def remove(paths):
    """Removes files and folders."""
    for path in paths:
        shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)


def small_disk(lab, size="300k"):
    """A folder on a disk of this size, if this user may make one; whoever calls unmounts it."""
    if os.geteuid() != 0:
        raise Skip("only root can make a small disk")
    folder = lab.path("disk")
    os.makedirs(folder)
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], capture_output=True, check=False)
    if made.returncode:
        raise Skip("a small disk cannot be mounted")
    return folder
