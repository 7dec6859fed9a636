#!/usr/bin/env python3
"""Files of the sink wav beside the sound that is expected of captures:
wav.py --flowz PROGRAM FOLDER [--captures TEXT]

FOLDER has streams.tsv and captures/. Each stream has to have a file whose samples have the rate, number and sum of streams.tsv, and no other files may be there.
Where ../../golden-tools/rtp_audio is beside it, octets of G.711 are compared with its sums, with silence in gaps and without. Besides: rtpdump files hold the payloads,
stereo files hold both sides, the number of threads changes nothing, a run that is killed leaves files that can be read, one that finds no room says so.
Prints what differs, and as the last line how many values are equal; exit 1 if something differs without a reason."""
import argparse, csv, hashlib, os, pathlib, resource, shutil, signal, struct, subprocess, sys, tempfile, time

PLUGINS = "basicFlow,sipDecode,rtpDecode,voipCalls"
# File and SSRC of golden-tools: why ours is longer.
LONGER = {("ndpi-fax-call-t38-ca-tdm-sip-fb-1", "0x0eaf0eaf"): "27 packets more that go on with the same numbers; tshark takes them for T.38"}

class Tally:
    "Values that are equal, differ, and differ with a reason."
    def __init__(self): self.equal = self.differ = self.explained = 0
    def value(self, where, got, value, reason=None):
        if got == value: self.equal += 1
        elif reason:
            self.explained += 1
            print("%s: %r, not %r: %s" % (where, got, value, reason))
        else:
            self.differ += 1
            print("%s: %r, not %r" % (where, got, value))

def rows(path):
    with open(path, newline="", encoding="utf-8") as file: return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))

def table(path):
    lines = path.read_text(encoding="utf-8").split("\n") if path.exists() else [""]
    head = lines[0].lstrip("%").split("\t")
    return [dict(zip(head, line.split("\t"))) for line in lines[1:] if line]

def words(cell): return [word.strip('"') for word in cell.split(";") if word.strip('"')]

def command(flowz, capture, out, options):
    return [flowz, "--no-config", "-r", str(capture), "-w", str(out / "x"), "-q", "--plugins", PLUGINS, "--sinks", "txt,wav", "-o", "core.REASSEMBLE=1", *options]

def run(flowz, capture, out, *options):
    "The list of sources by key, and all files by name."
    subprocess.run(command(flowz, capture, out, options), check=True)
    return read(out)

def read(out):
    found = {}
    for row in table(out / "x_wav.txt"):
        if row["ssrc"]: found.setdefault((row["srcIP"], row["srcPort"], row["dstIP"], row["dstPort"], row["ssrc"]), []).append(row)
    return found, {path.name: path for path in sorted((out / "x_wav").glob("*"))}

def chunks(data):
    at, found = 12, {}
    while at + 8 <= len(data):
        length = struct.unpack("<I", data[at + 4:at + 8])[0]
        found[data[at:at + 4]] = data[at + 8:at + 8 + length]
        at += 8 + length + length % 2
    return found, at

def wav(path):
    "Kind, channels, rate and bytes of samples; every length in the file must be right."
    data = path.read_bytes()
    assert data[:4] == b"RIFF" and data[8:12] == b"WAVE", path
    assert struct.unpack("<I", data[4:8])[0] == len(data) - 8, "%s: length of RIFF" % path
    found, end = chunks(data)
    assert end == len(data), "%s: lengths of chunks" % path
    kind, channels, rate, per_second, frame, bits = struct.unpack("<HHIIHH", found[b"fmt "][:16])
    assert (per_second, frame, len(found[b"data"]) % frame) == (rate * frame, channels * bits // 8, 0), path
    assert kind == 1 or struct.unpack("<I", found[b"fact"])[0] == len(found[b"data"]) // frame, path
    return kind, channels, rate, found[b"data"]

def stream(tally, where, expected, kept, files):
    "The samples of a stream, which has one file."
    tally.value(where + " files", [row["files"] for row in kept], [row["files"] for row in kept if row["files"] in files])
    kind, channels, rate, data = wav(files[kept[0]["files"]])
    tally.value(where + " rate", rate, int(expected["pcm_rate"]))
    tally.value(where + " samples", len(data) // 2, int(expected["samples"]))
    whole = expected["pcm_sha256"] or expected["pcm_sha256_gaps_zero"]
    tally.value(where + " sum", hashlib.sha256(data).hexdigest(), whole)

def compare_streams(flowz, folder, text, tally):
    streams = {}
    for row in rows(folder / "streams.tsv"): streams.setdefault(row["capture"], []).append(row)
    captures = [path for path in sorted((folder / "captures").glob("*.pcap")) if text in path.stem]
    for path in captures:
        with tempfile.TemporaryDirectory() as out:
            out = pathlib.Path(out)
            found, files = run(flowz, path, out)
            known = set()
            for expected in streams.get(path.stem, []):
                key = tuple(expected[name] for name in ("src", "sport", "dst", "dport", "ssrc"))
                where = "%s %s:%s %s" % (path.stem, key[2], key[3], key[4])
                known.add(key)
                tally.value(where, key in found, True)
                if key in found: stream(tally, where, expected, found[key], files)
            tally.value(path.stem + " sources", sorted(found), sorted(known))
            listed = [name for kept in found.values() for row in kept for name in row["files"].split(";")]
            tally.value(path.stem + " files", sorted(files), sorted(listed))
            compare_tables(path.stem, out, files, tally)
    return captures

def compare_tables(where, out, files, tally):
    "The names in the tables are those of the files; calls name those of their own streams."
    names = {name.strip('"') for row in table(out / "x_rtp.txt") for name in [row["wav"]]}
    tally.value(where + " names", sorted(names), sorted(name[:-4] for name in files))
    for call in table(out / "x_calls.txt"):
        named = words(call["wavCaller"]) + words(call["wavCallee"])
        media = [row for row in table(out / "x_rtp.txt") if row["flowInd"] in call["mediaFlows"].split(";")]
        tally.value("%s call %s" % (where, call["callNr"]), sorted(named), sorted(row["wav"].strip('"') for row in media))

def compare_golden(flowz, golden, captures, tally):
    "Octets of G.711, without silence and with."
    for path in sorted(golden.glob("*.streams.tsv")):
        stem = path.name[:-len(".streams.tsv")]
        capture = next(iter(captures.glob(stem + ".pcap*")), None)
        if not capture: continue
        for column, count, options in [("audio_md5", "audio_bytes", ["-o", "wavSink.WAV_FILL=0"]), ("ts_placed_md5", "ts_placed_bytes", [])]:
            with tempfile.TemporaryDirectory() as out:
                found, files = run(flowz, capture, pathlib.Path(out), "-o", "wavSink.WAV_G711=1", *options)
                for row in rows(path):
                    key = tuple(row[name] for name in ("src", "sport", "dst", "dport", "ssrc"))
                    where, reason = "%s %s %s" % (stem, row["ssrc"], column), LONGER.get((stem, row["ssrc"]))
                    if not row[column]: continue
                    sounds = [wav(files[name])[3] for kept in found.get(key, []) for name in kept["files"].split(";") if name.endswith(".wav")]
                    data = b"".join(sounds)
                    tally.value(where + " bytes", len(data), int(row[count]), reason)
                    # What tshark has seen, too, must be equal.
                    if reason: data = data[:int(row[count])]
                    tally.value(where, hashlib.md5(data).hexdigest(), row[column])

def records(path):
    "Packets of an rtpdump file."
    data = path.read_bytes()
    at = data.index(b"\n") + 1 + 16
    assert data.startswith(b"#!rtpplay1.0 "), path
    while at < len(data):
        length, plen, _ = struct.unpack("!HHI", data[at:at + 8])
        assert length - 8 == plen, path
        yield data[at + 8:at + length]
        at += length

def compare_others(flowz, folder, tally):
    "What else a run may do."
    capture = folder / "captures" / "rtp-clean.pcap"
    with tempfile.TemporaryDirectory() as out:
        out = pathlib.Path(out)
        found, files = run(flowz, capture, out, "-o", "wavSink.WAV_RTPDUMP=1", "-o", "wavSink.WAV_CALLS=1", "-o", "wavSink.WAV_G711=1")
        sides = {}
        for name in ("1a2b3d01", "5d6e8002"):
            _, _, _, data = wav(files[name + ".wav"])
            packets = list(records(files[name + ".rtp"]))
            tally.value("rtpdump %s" % name, b"".join(packet[12:] for packet in packets) == data, True)
            sides[name] = data
        kind, channels, rate, data = wav(files["call1.stereo.wav"])
        tally.value("stereo", (kind, channels, rate), (1, 2, 8000))
        samples = struct.unpack("<%dh" % (len(data) // 2), data)
        late = [int(row["first_ns"]) for row in rows(folder / "streams.tsv") if row["capture"] == "rtp-clean"]
        offset = abs(late[0] - late[1]) * 8000 // 10**9
        tally.value("stereo frames", len(samples) // 2, 24000 + offset)
        tally.value("stereo sides", [any(samples[0::2]), any(samples[1::2])], [True, True])
    with tempfile.TemporaryDirectory() as out:
        out = pathlib.Path(out)
        found, files = run(flowz, capture, out, "--ssrc", "0x5d6e8002", "-o", "rtpDecode.RTP_FILE={src}_{sport}")
        tally.value("--ssrc", list(files), ["198.51.100.20_24570.wav"])
    told = subprocess.run(command(flowz, capture, out, ["--ssrc", "xyz"]), stderr=subprocess.PIPE, text=True)
    tally.value("--ssrc xyz", (told.returncode != 0, "'xyz' is no SSRC" in told.stderr), (True, True))
    threads(flowz, folder, tally)
    killed(flowz, capture, tally)
    full(flowz, capture, tally)

def threads(flowz, folder, tally):
    for name in ("sip-two-parallel", "rtp-loss-dup-reorder", "srtp-sdes"):
        seen = []
        for count in ("1", "4"):
            with tempfile.TemporaryDirectory() as out:
                _, files = run(flowz, folder / "captures" / (name + ".pcap"), pathlib.Path(out), "--threads", count)
                seen.append({name: path.read_bytes() for name, path in files.items()} | {"": pathlib.Path(out, "x_wav.txt").read_bytes()})
        tally.value("threads " + name, seen[0] == seen[1], True)

def killed(flowz, capture, tally):
    "A run that is killed in the middle leaves files with right headers."
    with tempfile.TemporaryDirectory() as out:
        out = pathlib.Path(out)
        os.mkfifo(out / "in.pcap")
        words = command(flowz, out / "in.pcap", out, ["--threads", "1"])
        process = subprocess.Popen(words)
        with open(out / "in.pcap", "wb") as pipe:
            data = capture.read_bytes()
            # More than what is held back in memory, then silence.
            pipe.write(data[:len(data) // 8 * 7])
            pipe.flush()
            for _ in range(200):
                left = list((out / "x_wav").glob(".*"))
                if left: break
                time.sleep(0.05)
            process.kill()
            process.wait()
        tally.value("killed: files", bool(left), True)
        for path in left:
            data = path.read_bytes()
            tally.value("killed: samples", len(wav(path)[3]) > 0, True)

def full(flowz, capture, tally):
    "No file may be longer than some bytes, as if the disk were full."
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (40000, 40000))
    with tempfile.TemporaryDirectory() as out:
        out = pathlib.Path(out)
        told = subprocess.run(command(flowz, capture, out, []), stderr=subprocess.PIPE, text=True, preexec_fn=limit, restore_signals=False)
        tally.value("full disk", (told.returncode, "cannot write" in told.stderr and "wav" in told.stderr), (1, True))
        for path in (out / "x_wav").glob("*.wav"): wav(path)
        tally.value("full disk: left", [path.name for path in out.glob("x_wav/.*")], [])

def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--flowz", required=True)
    parser.add_argument("--captures", default="", help="only those whose name has this text")
    parser.add_argument("folder")
    args = parser.parse_args()
    folder, tally = pathlib.Path(args.folder), Tally()
    captures = compare_streams(args.flowz, folder, args.captures, tally)
    shared = folder.resolve().parent.parent
    if not args.captures:
        compare_golden(args.flowz, shared / "golden-tools" / "rtp_audio", shared / "captures", tally)
        compare_others(args.flowz, folder, tally)
    values = tally.equal + tally.differ + tally.explained
    print("wav: %d captures, %d of %d values equal, %d differ for a reason" % (len(captures), tally.equal, values, tally.explained))
    sys.exit(0 if captures and not tally.differ else 1)

main()
