#!/usr/bin/env python3
"""Fills fuzz/corpus with seeds made of the captures below data/.

reader, engine and recording get the captures themselves, decode gets their frames: link
type and bytes beyond those captured (16 bits each, little endian), a byte of
settings, then the frame; and some frames in other headers. messages gets the payloads of the plugins' cases, with a byte
of modes and one of lost bytes in front; control gets those of a few cases, as pieces of both directions; mail, http and handshakes the conversations of such cases. quic gets all datagrams of a
case of quicDecode together, tls the handshake messages that are in clear in the cases of sslDecode; places and labels the lists of the
manuals. Files are named by content, so running it
again changes nothing.
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
            yield struct.pack("<HHB", link & 0xFFFF, beyond, 0) + data


# Headers in front of an Ethernet frame, an IP packet and LLC: link type, bytes.
FRAME = [(282, "20000001"), (123, "810000210009"), (259, "55" * 8),
         (100, "aaaa030080c200070000"), (171, "0028010210010304"),
         (197, "00" * 8 + "0204005a0000003c0000"), (178, "4d474301"),
         (258, "6c0000000100000001000000" + "00" * 96), (167, "4d474301"),
         (1, "02" * 12 + "88e700000001"), (1, "02" * 12 + "dada0000e00820050800"),
         (1, "02" * 12 + "080045000200000900004073000000000000000000000000 0007")]
PACKET = [(8, "00" * 16), (226, "00" * 24), (137, "4d47430100000000"),
          (135, "4d474301" + "00" * 8), (130, "4d4743010009 0021"),
          (131, "4d4743010009 03cc"), (133, "4d474301" + "00" * 8),
          (136, "4d474301" + "00" * 16), (183, "4d474301" + "00" * 18),
          (138, "00" * 16 + "0800"), (197, "00" * 8 + "1604005a0000003c"),
          (171, "0028010201100304 01000000")]
LLC = [(6, "1040" + "02" * 12), (10, "50" + "02" * 12), (122, "00" * 16),
       (123, "02080021")]
SNAP = bytes.fromhex("aaaa03000000")


def wrapped(frame):
    """An IP packet's frame as it is behind other headers."""
    if frame[12:14] not in (b"\x08\0", b"\x86\xdd"):
        return
    kinds = [(FRAME, frame), (PACKET, frame[14:]), (LLC, SNAP + frame[12:])]
    for table, inner in kinds:
        for link, head in table:
            yield struct.pack("<HHB", link, 0, 0) + bytes.fromhex(head) + inner
    for link, tag in [(281, "20000001"), (283, "e0082005"), (284, "dada0000c0080005")]:
        yield struct.pack("<HHB", link, 0, 0) + frame[:12] + bytes.fromhex(tag) + frame[12:]
    for settings in (1, 4, 5, 33):
        yield struct.pack("<HHB", 1, 0, settings) + frame


def payloads(path):
    """What is behind the headers of layer 4 in the packets of a case."""
    for line in path.read_text().splitlines():
        if not line or line.startswith("#") or ": " in line:
            continue
        packet = bytes.fromhex(line.split(" ", 1)[1])[14:]
        proto, at = (packet[9], 20) if packet[0] >> 4 == 4 else (packet[6], 40)
        yield packet[at + {17: 8, 6: 20}.get(proto, 0):]


def conversation(path):
    """The segments of a case with payload as pieces of a conversation: side, length, bytes."""
    pieces = b""
    for line in path.read_text().splitlines():
        if not line or line.startswith("#") or ": " in line:
            continue
        packet = bytes.fromhex(line.split(" ", 1)[1])[14:]
        if packet[9] == 6 and len(packet) > 40:
            server = int.from_bytes(packet[20:22], "big") < 40000
            pieces += struct.pack(">BH", server, len(packet) - 40) + packet[40:]
    return pieces


def datagrams(path, port=5060):
    """The payloads of a case as pieces: those of signalling as the first port, others as the second and third."""
    for line in path.read_text().splitlines():
        if not line or line.startswith("#") or ": " in line:
            continue
        packet = bytes.fromhex(line.split(" ", 1)[1])[14:]
        if packet[0] >> 4 != 4:
            continue
        at = 28 if packet[9] == 17 else 40
        ports = struct.unpack(">HH", packet[20:24])
        server = ports[0] < ports[1]
        kind = 0 if port in ports or packet[9] == 6 else 1 + max(ports) % 2
        if len(packet) > at:
            yield struct.pack(">BH", kind << 4 | server, len(packet) - at) + packet[at:]


def mail_parts(path):
    """The segments of a case as `mail` takes them, but for those without data."""
    for line in path.read_text().splitlines():
        if line.startswith("#"):
            continue
        tcp = bytes.fromhex(line.split(" ", 1)[1])[34:]
        # Servers have the lower ports.
        side, data = int(tcp[0:2] < tcp[2:4]), tcp[20:]
        for at in range(0, len(data), 32):
            part = data[at:at + 32]
            yield bytes([len(part) - 1 << 2 | side]) + part


def messages(payload):
    """Handshake messages without their heads in a TCP segment that begins with one, as far as its records are in clear."""
    at = payload.find(b"\x16\3", 0, 24)  # options of TCP are in front
    while at >= 0 and payload[at:at + 2] == b"\x16\3":
        end = at + 5 + int.from_bytes(payload[at + 3:at + 5], "big")
        at, record = end, payload[at + 5:end]
        while len(record) > 4 and record[0] in (1, 2, 11):
            length = int.from_bytes(record[1:4], "big")
            yield record[:4], record[4:4 + length]
            record = record[4 + length:]


def blocks(path, kind):
    """The blocks of a manual in this language."""
    for part in path.read_text().split("```" + kind + "\n")[1:]:
        yield part.split("```")[0].encode()


def main():
    captures = [p for p in sorted(DATA.rglob("*"))
                if p.suffix in (".pcap", ".pcapng", ".gz", ".zst", ".lz4")]
    for path in captures:
        content = path.read_bytes()[:LARGEST]
        put("reader", content)
        put("engine", content)
        put("recording", content)
        for frame in frames(path):
            put("decode", frame)
            if path.name == "rare.pcap":
                for other in wrapped(frame[5:]):
                    put("decode", other)
    for name in ("ntp", "dns", "dhcp", "tftp"):
        for path in sorted((HERE.parent / f"plugins/src/{name}_decode/cases").glob("*.txt")):
            for payload in payloads(path):
                put("messages", struct.pack("<BB", 2, 0) + payload)
    for path in sorted((HERE.parent / "plugins/src/http_sniffer/cases").glob("*.txt")):
        put("http", b"\x02" + conversation(path))
    form = (b"--x\r\nContent-Disposition: form-data; name=a; filename=\"b\"\r\n\r\nc\r\n--x\r\n\r\n\r\n--x--\r\n")
    head = b"POST / HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: %d\r\n\r\n" % len(form)
    for control in (0, 8):
        put("http", struct.pack(">BBH", 2, control, len(head + form)) + head + form)
    for name in ("ssh", "ssl"):
        for path in sorted((HERE.parent / f"plugins/src/{name}_decode/cases").glob("*.txt")):
            put("handshakes", b"\x02" + conversation(path)[:10_000])
    for name in ("sip", "rtp"):
        for path in sorted((HERE.parent / f"plugins/src/{name}_decode/cases").glob("*.txt")):
            pieces = list(datagrams(path))
            for at in range(0, max(len(pieces) - 5, 1), 10):
                put("calls", b"\x02" + b"".join(pieces[at:at + 30])[:10_000])
    for path in sorted((HERE.parent / "plugins/src/voip_calls/cases").glob("*.txt")):
        put("calls", b"\x02" + b"".join(datagrams(path))[:10_000])
    for path in sorted((HERE.parent / "plugins/src/h323_decode/cases").glob("*.txt")) + [HERE.parent / "plugins/src/voip_calls/cases/h323.txt"]:
        pieces = list(datagrams(path, 1719))
        for at in range(0, max(len(pieces) - 3, 1), 6):
            put("h323", b"\x02" + b"".join(pieces[at:at + 20])[:10_000])
    for name in ("ftp", "telnet", "irc"):
        for path in sorted((HERE.parent / f"plugins/src/{name}_decode/cases").glob("*.txt")):
            said = [text[:255] for text in payloads(path) if text]
            for at in range(0, len(said), 8):
                parts = b"".join(struct.pack("<BB", n % 2, len(text)) + text for n, text in enumerate(said[at:at + 40]))
                put("control", struct.pack("<BB", 2, 0) + parts)
    for name in ("smtp", "pop"):
        for path in (HERE.parent / f"plugins/src/{name}_decode/cases").glob("*.txt"):
            parts = list(mail_parts(path))
            for at in range(0, len(parts), 20):
                put("mail", b"\2" + b"".join(parts[at:at + 40]))
    for path in sorted((HERE.parent / "plugins/src/quic_decode/cases").glob("*.txt")):
        packets, flows = list(payloads(path)), {}
        for packet, line in zip(packets, [line for line in path.read_text().splitlines() if line[0] != "#"]):
            ports = bytes.fromhex(line.split(" ", 1)[1])[34:38]
            back = ports[:2] < ports[2:]
            flows.setdefault(max(ports[:2], ports[2:]), []).append(struct.pack(">BH", back, len(packet)) + packet)
        for flow in flows.values():
            put("quic", b"\2" + b"".join(flow))
    for path in sorted((HERE.parent / "plugins/src/ssl_decode/cases").glob("*.txt")):
        for payload in payloads(path):
            for head, body in messages(payload):
                put("tls", body)
                # The same in two CRYPTO frames, the second one first.
                half = len(body) // 2
                parts = b"".join(struct.pack(">BHH", 6, 0x4000 | at, 0x4000 | len(part)) + part
                                 for at, part in ((half, (head + body)[half:]), (0, (head + body)[:half])))
                put("quic", b"\2" + struct.pack(">H", len(parts)) + parts)
    manual = HERE.parent / "docs"
    for block in blocks(manual / "geo.md", "csv"):
        put("places", b"\0" + block)
    # Changes of a database that is whole: none, and two bytes of its tree.
    for change in ("01", "01 000005 000aff"):
        put("places", bytes.fromhex(change))
    for kind in ("csv", "toml"):
        for block in blocks(manual / "labels.md", kind):
            put("labels", block)
    for target in ("decode", "reader", "engine", "recording", "messages", "control", "mail", "http", "handshakes", "calls", "h323", "quic", "tls", "places", "labels"):
        count = len(list((HERE / "corpus" / target).iterdir()))
        print(f"corpus/{target}: {count} files")


if __name__ == "__main__":
    main()
