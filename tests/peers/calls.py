"""SIP: two programs of sipp call each other in two networks and play sound, over UDP and TCP."""
import array
import glob
import math
import os
import random
import shutil
import struct
import subprocess
import sys
import wave

from lab import CLIENT, Skip, text

HERE = os.path.dirname(os.path.abspath(__file__))
CALLER, CALLEE = "10.9.0.1", "10.9.0.2"
# Packets of 20 ms.
PACKETS, SAMPLES = 100, 160
RATE = 8000


def sound(seed):
    """Some tones that rise."""
    tones = [random.Random(seed).uniform(200, 3000) for _ in range(4)]
    at = lambda time: sum(5000 * math.sin(2 * math.pi * tone * (1 + time / 40000) * time / RATE) for tone in tones)
    return [int(at(time)) for time in range(PACKETS * SAMPLES)]


def mu_law(sample):
    """A sample of 16 bits as PCMU (ITU-T G.711)."""
    sign, size = (0x80, -sample) if sample < 0 else (0, sample)
    size = min(size, 32635) + 132
    exponent = size.bit_length() - 8
    return ~(sign | exponent << 4 | size >> exponent + 3 & 15) & 0xFF


def recording(path, samples, ssrc):
    """A capture of RTP, for sipp to play."""
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for number in range(PACKETS):
            part = bytes(mu_law(sample) for sample in samples[number * SAMPLES:(number + 1) * SAMPLES])
            rtp = struct.pack("!BBHII", 0x80, 0x80 * (number == 0), 1000 + number, 5000 + number * SAMPLES, ssrc) + part
            udp = struct.pack("!HHHH", 6000, 6000, 8 + len(rtp), 0) + rtp
            ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), number, 0, 64, 17, 0, bytes([10, 9, 0, 1]), bytes([10, 9, 0, 2]))
            frame = bytes(12) + b"\x08\x00" + ip + udp
            time = divmod(number * 20000, 10**6)
            file.write(struct.pack("<IIII", *time, len(frame), len(frame)) + frame)


def networks():
    """A second network, with a cable to ours."""
    commands = ["ip netns add callee", "ip link add va type veth peer name vb netns callee", f"ip addr add {CALLER}/24 dev va", "ip link set va up",
                "ip netns exec callee ip link set lo up", f"ip netns exec callee ip addr add {CALLEE}/24 dev vb", "ip netns exec callee ip link set vb up"]
    if os.path.exists("/run/netns/callee"):
        return
    for command in commands:
        if subprocess.run(command.split(), check=False, capture_output=True).returncode != 0:
            raise Skip(f"this machine does not allow '{command}'")


def likeness(ours, theirs):
    """The best correlation of two sounds, one of which may be late by 50 ms."""
    def of(late):
        pairs = list(zip(ours[max(late, 0):], theirs[max(-late, 0):]))[::3]
        squares = math.sqrt(sum(a * a for a, _ in pairs) * sum(b * b for _, b in pairs))
        return sum(a * b for a, b in pairs) / squares if squares else 0.0
    return max(of(late) for late in [0] + list(range(-400, 401, 16)))


def samples_of(path):
    with wave.open(path, "rb") as file:
        shape = (file.getnchannels(), file.getsampwidth(), file.getframerate())
        samples = array.array("h", file.readframes(file.getnframes()))
    if sys.byteorder == "big":
        samples.byteswap()
    return shape, samples


def call(lab, check, transport):
    """A call; its row, its streams and its sound."""
    networks()
    sounds = {"caller": sound(1), "callee": sound(2)}
    for name, ssrc in (("caller", 0x11111111), ("callee", 0x22222222)):
        recording(lab.path(name + ".pcap"), sounds[name], ssrc)
        shutil.copy(os.path.join(HERE, "sipp", name + ".xml"), lab.path(name + ".xml"))
    words = lambda own, port, name: ["sipp", "-sf", name + ".xml", "-i", own, "-p", "5060", "-mi", own, "-mp", str(port), "-t", transport + "1", "-m", "1", "-nostdin"]
    with lab.capture("va", CALLEE) as capture:
        answers = subprocess.Popen(["ip", "netns", "exec", "callee"] + words(CALLEE, 7000, "callee"), cwd=lab.folder, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=lab.environment(), start_new_session=True)
        lab.servers.append(answers)
        shown = ["ip", "netns", "exec", "callee", "ss", "-Hlnu" if transport == "u" else "-Hlnt", "sport", "=", "5060"]
        lab.wait(lambda: lab.run(shown)[0].strip())
        done = subprocess.run(words(CALLER, 6000, "caller") + [CALLEE + ":5060"], cwd=lab.folder, stdin=subprocess.DEVNULL, capture_output=True, check=False,
                              timeout=CLIENT, env=lab.environment())
        if done.returncode != 0:
            raise Skip(f"sipp does not get through: {done.returncode} {done.stderr.decode(errors='replace')[-300:]}")
        lab.stop(answers)
    plugins = "basicFlow,sipDecode,rtpDecode,voipCalls"
    shutil.rmtree(lab.path("out"), ignore_errors=True)
    subprocess.run([lab.flowz, "-r", capture, "-w", lab.path("out") + "/", "-q", "--no-config", "--plugins", plugins, "--sinks", "txt,wav"], check=True)
    with open(lab.path("out", "capture_calls.txt"), encoding="utf-8") as file:
        columns, *rows = [line.rstrip("\n").split("\t") for line in file]
    check.same("calls", len(rows), 1)
    row = dict(zip((column.lstrip("%") for column in columns), rows[0]))
    same = lambda column, value: check.same(column, row[column], value)
    same("transport", {"u": "UDP", "t": "TCP"}[transport])
    same("endReason", "BYE")
    same("endedBy", "caller")
    same("callFlags", "0x0000")
    check.same("caller and callee", (text(row["caller"]), text(row["callee"])), ("alice@%s:5060" % CALLER, "bob@%s:5060" % CALLEE))
    check.same("packets", row["pktsCaller_pktsCallee_pktsRTCP"], f"{PACKETS}_{PACKETS}_0")
    found = {path[-len("11111111.wav"):]: path for path in glob.glob(lab.path("out", "**", "*.wav"), recursive=True)}
    check.same("sounds", sorted(found), ["11111111.wav", "22222222.wav"])
    for ending, name in (("11111111.wav", "caller"), ("22222222.wav", "callee")):
        shape, samples = samples_of(found[ending])
        check.same(f"{name}: channels, bytes and rate", shape, (1, 2, RATE))
        check.same(f"{name}: samples", len(samples), PACKETS * SAMPLES)
        check.true(f"{name}: is what was played", likeness(samples, sounds[name]) > 0.99)
        other = sounds["callee" if name == "caller" else "caller"]
        check.true(f"{name}: is not what the other side played", likeness(samples, other) < 0.5)


NEEDS = ["sipp", "ip", "ss"]
SCENARIOS = [("calls over UDP", NEEDS, lambda lab, check: call(lab, check, "u")), ("calls over TCP", NEEDS, lambda lab, check: call(lab, check, "t"))]
