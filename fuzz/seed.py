#!/usr/bin/env python3
"""Fills fuzz/corpus with seeds made of the captures below data/.

reader and engine get the captures themselves, decode gets their frames: link
type and bytes beyond those captured (16 bits each, little endian), then the
frame. Files are named by content, so running it again changes nothing.
"""

import hashlib
import pathlib
import struct
import sys

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parent / "data"
sys.dont_write_bytecode = True
sys.path.insert(0, str(DATA / "scripts"))

import capture_file  # noqa: E402

LARGEST = 100_000  # bytes of a seed; more is slow and teaches nothing new
FRAMES = 400  # of one capture, spread over it


def put(target, content):
    folder = HERE / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / hashlib.sha1(content).hexdigest()).write_bytes(content)


def frames(path):
    packets, links = capture_file.load(str(path))
    step = len(packets) // FRAMES + 1
    for _, data, *wire in packets[::step]:
        beyond = min(max((wire or [len(data)])[0] - len(data), 0), 0xFFFF)
        for link in set(links):
            yield struct.pack("<HH", link & 0xFFFF, beyond) + data


def main():
    captures = [p for p in sorted(DATA.rglob("*"))
                if p.suffix in (".pcap", ".pcapng", ".gz", ".zst", ".lz4")]
    for path in captures:
        content = path.read_bytes()[:LARGEST]
        put("reader", content)
        put("engine", content)
        for frame in frames(path):
            put("decode", frame)
    for target in ("decode", "reader", "engine"):
        count = len(list((HERE / "corpus" / target).iterdir()))
        print(f"corpus/{target}: {count} files")


if __name__ == "__main__":
    main()
