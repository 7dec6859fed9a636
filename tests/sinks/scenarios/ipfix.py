"""Sink ipfix: files and collectors, read by a parser after RFC 7011, RFC 5103, RFC 5610 and RFC 5655, by tshark and by nfcapd."""
import ipaddress
import json
import os
import signal
import socket
import struct
import subprocess
import threading
import time

import txt

OWN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "data")
WEB = os.path.join(OWN, "web.pcap")
ENTERPRISE, REVERSE = 32473, 29305
# Abstract data types by their numbers (IANA).
BYTES, FLOAT32, FLOAT64, MAC, STRING, MILLIS, NANOS, IP4, IP6 = 0, 9, 10, 12, 13, 15, 17, 18, 19
UNSIGNED, SIGNED = range(1, 5), range(5, 9)
# Elements of IANA whose values are no plain numbers.
KINDS = {8: IP4, 12: IP4, 27: IP6, 28: IP6, 56: MAC, 80: MAC, 152: MILLIS, 153: MILLIS, 156: NANOS, 157: NANOS, 341: STRING, 340: STRING}
# Columns that are told by an element of IANA alone.
WHOLE = {"flowInd": 148, "timeFirst": 156, "timeLast": 157, "srcPort": 7, "dstPort": 11, "l4Proto": 4, "pktsSnt": 2, "l7BytesSnt": 401,
         "ipToS": 5, "ipMinTTL": 52, "ipMaxTTL": 53, "ethType": 256}
OPTIONS = 320


def value(kind, data):
    """A value of an abstract data type (RFC 7011, section 6)."""
    if kind in UNSIGNED:
        return int.from_bytes(data, "big")
    if kind in SIGNED:
        return int.from_bytes(data, "big", signed=True)
    if kind in (FLOAT32, FLOAT64):
        return struct.unpack(">f" if len(data) == 4 else ">d", data)[0]
    if kind == MAC:
        return ":".join(f"{byte:02x}" for byte in data)
    if kind == STRING:
        return data.decode()
    if kind == MILLIS:
        return int.from_bytes(data, "big")
    if kind == NANOS:
        seconds, fraction = struct.unpack(">II", data)
        # Without the highest bit it is a moment from 2036 on (RFC 4330, section 3).
        seconds += 0 if seconds >> 31 else 1 << 32
        return (seconds - 2208988800) * 10**9 + (fraction * 10**9 >> 32)
    if kind in (IP4, IP6):
        return glibc(ipaddress.ip_address(data))
    return data


def glibc(address):
    """An address as inet_ntop writes it."""
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    return socket.inet_ntop(family, address.packed)


class Parser:
    """Reads messages of one transport session."""

    def __init__(self):
        self.templates, self.elements, self.records, self.faults = {}, {}, [], []
        self.sequence, self.messages, self.template_messages = 0, 0, 0

    def stream(self, data):
        """Messages one behind the other; yields what is left."""
        while len(data) >= 16 and len(data) >= int.from_bytes(data[2:4], "big"):
            length = int.from_bytes(data[2:4], "big")
            self.message(data[:length])
            data = data[length:]
        return data

    def message(self, data):
        version, length, _, sequence, _ = struct.unpack(">HHIII", data[:16])
        if version != 10 or length != len(data):
            self.faults.append(f"version {version}, {length} bytes of {len(data)}")
        if sequence != self.sequence:
            self.faults.append(f"sequence {sequence}, expected {self.sequence}")
        self.messages += 1
        at = 16
        while at < len(data):
            number, length = struct.unpack(">HH", data[at:at + 4])
            if length < 4 or at + length > len(data):
                self.faults.append(f"a set of {length} bytes")
                return
            self.set(number, data[at + 4:at + length])
            at += length

    def set(self, number, data):
        if number in (2, 3):
            self.template_messages += 1
            while len(data) >= 4:
                data = self.template(number == 3, data)
            return
        if number not in self.templates:
            self.faults.append(f"no template {number}")
            return
        while data:
            record = []
            for enterprise, element, length in self.templates[number]:
                if length == 65535:
                    length, data = data[0], data[1:]
                    if length == 255:
                        length, data = int.from_bytes(data[:2], "big"), data[2:]
                record.append(((enterprise, element), data[:length]))
                data = data[length:]
            self.sequence += 1
            self.record(number, record)

    def template(self, has_scope, data):
        number, count = struct.unpack(">HH", data[:4])
        data = data[6:] if has_scope else data[4:]
        fields = []
        for _ in range(count):
            element, length = struct.unpack(">HH", data[:4])
            data, enterprise = data[4:], 0
            if element & 0x8000:
                enterprise, data = int.from_bytes(data[:4], "big"), data[4:]
            fields.append((enterprise, element & 0x7fff, length))
        self.templates[number] = fields
        return data

    def record(self, number, record):
        if number == OPTIONS:
            fields = {element: value(KINDS.get(element, 1), data) for (_, element), data in record}
            self.elements[fields[346], fields[303]] = fields
            return
        self.records.append([(key, value(self.kind(key), data)) for key, data in record])

    def kind(self, key):
        enterprise, element = key
        return KINDS.get(element, 1) if enterprise in (0, REVERSE) else self.elements[key][339]


def cells(table, parser, record, like):
    """A record as a row of txt; all columns must be there."""
    values, bits = dict(record), b""
    names = {fields[341]: key for key, fields in parser.elements.items()}
    bits = "".join(f"{byte:08b}" for byte in values[names["emptyElements"]])
    empty = {key for (key, _), bit in zip(record, bits) if bit == "1"}
    row = []
    for name, kind, text in zip(table.names, table.types, like):
        key = (0, WHOLE[name]) if name in WHOLE else names[name]
        if name in ("srcIP", "dstIP") and key not in values:
            key = next((key for key in ((0, 8 if name == "srcIP" else 12), (0, 27 if name == "srcIP" else 28)) if key in values), None)
        item = None if key in empty else values[key]
        if kind.kind in ("list", "compound"):
            row.append(item or "")
        elif kind.kind == "IPX":
            row.append(item or ("-" if text else ""))
        else:
            row.append(txt.shown(kind, item, True, text))
    return row


def lay(lab, capture, name, *settings, plugins="all"):
    """Runs flowz into a file; yields the table of txt and the path of the file."""
    words = [word for setting in ("NF_SOCKTYPE=2", *settings) for word in ("-o", f"netflowSink.{setting}")]
    prefix = lab.path(name)
    _, _, status = lab.run(["-r", capture, "-w", prefix, "-q", "--plugins", plugins, "--sinks", "txt,ipfix", *words], expected=None)
    if status not in (0, 3):
        return None, None
    described = txt.columns(lab.flowz, ["--plugins", plugins])
    return txt.read(prefix, described)["flows"], f"{prefix}_flows.ipfix"


def parsed(path):
    parser = Parser()
    with open(path, "rb") as file:
        left = parser.stream(file.read())
    if left:
        parser.faults.append(f"{len(left)} bytes are left")
    return parser


def all_columns(lab, check):
    """Every cell of the flow table comes back from a file."""
    for number, capture in enumerate(lab.captures(1_000_000)):
        table, path = lay(lab, capture, f"c{number}", "NF_COLUMNS=1")
        if not table:
            continue
        parser = parsed(path)
        name = os.path.basename(capture)
        check.same(f"{name} faults", parser.faults, [])
        check.same(f"{name} rows", len(parser.records), len(table.rows))
        for place, (record, like) in enumerate(zip(parser.records, table.rows)):
            row = cells(table, parser, record, like)
            check.values += len(row) - 1
            check.same(f"{name} row {place}", [pair for pair in zip(table.names, row, like) if pair[1] != pair[2]], [])
        os.remove(path)


def expected(table, reverse=False):
    """What the elements of IANA of each row are."""
    found = []
    for row in table.rows:
        cell = dict(zip(table.names, row))
        number = lambda name: int(cell[name] or "0", 0)
        moment = lambda name: int(cell[name].replace(".", ""))
        values = {148: number("flowInd"), 156: moment("timeFirst"), 157: moment("timeLast"), 152: moment("timeFirst") // 10**6, 153: moment("timeLast") // 10**6,
                  7: number("srcPort"), 11: number("dstPort"), 4: number("l4Proto"), 2: number("pktsSnt"), 1: number("l7BytesSnt"), 401: number("l7BytesSnt"),
                  6: number("tcpFlags") & 0xff, 5: number("ipToS"), 52: number("ipMinTTL"), 53: number("ipMaxTTL"), 256: number("ethType"),
                  58: int(cell["vlanID"].split(";")[0] or 0), 56: cell["srcMac"].split(";")[0] or "00:00:00:00:00:00",
                  80: cell["dstMac"].split(";")[0] or "00:00:00:00:00:00"}
        for name, element in (("srcIP", 8), ("dstIP", 12)):
            if cell[name] not in ("", "-"):
                values[27 + (element == 12) if ":" in cell[name] else element] = cell[name]
        found.append((cell["dir"], {(0, key): item for key, item in values.items()}))
    return found


DIRECTED = (152, 153, 156, 157, 2, 1, 401, 6, 5, 52, 53)


def biflows(rows):
    """Both directions as one."""
    found = []
    for way, values in rows:
        if way == "B" and found and found[-1][1][0, 148] == values[0, 148] and found[-1][0] == "A":
            merged = found[-1][1]
            merged.update({(REVERSE, element): values[0, element] for element in DIRECTED})
            merged[0, 239] = 1
            found[-1] = ("AB", merged)
        else:
            found.append((way, dict(values)))
    return found


def elements(lab, check):
    """The elements of IANA, of directions and of biflows."""
    for number, capture in enumerate(lab.captures(300_000)[:80]):
        for settings, shape in (((), lambda rows: rows), (("NF_BIFLOW=1",), biflows)):
            table, path = lay(lab, capture, f"e{number}", *settings)
            if not table:
                continue
            parser = parsed(path)
            name = f"{os.path.basename(capture)} {settings}"
            check.same(f"{name} faults", parser.faults, [])
            check.same(name, [dict(record) for record in parser.records], [values for _, values in shape(expected(table))])
            os.remove(path)


class Collector:
    """A TCP collector; with `most`, it closes a connection behind so many messages."""

    def __init__(self, most=None):
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.socket.listen()
        self.port, self.most, self.parsers = self.socket.getsockname()[1], most, []
        self.thread = threading.Thread(target=self.all, daemon=True)
        self.thread.start()

    def all(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            parser, left = Parser(), b""
            self.parsers.append(parser)
            with connection:
                while data := connection.recv(65536):
                    left = parser.stream(left + data)
                    if self.most and parser.messages > self.most:
                        break

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(10)


def run(lab, capture, port, *settings, sinks="txt,ipfix", words=(), expected_=(0, 3)):
    settings = [word for setting in (f"NF_DPORT={port}", *settings) for word in ("-o", f"netflowSink.{setting}")]
    return lab.run(["-r", capture, "-w", lab.path("t"), "-q", "--sinks", sinks, *settings, *words], expected=expected_)


def flow_table(lab):
    return txt.read(lab.path("t"), txt.columns(lab.flowz, []))["flows"]


def collectors(lab, check):
    """By TCP and UDP to a parser; collectors that go and come back; no rows; nobody there."""
    many = os.path.join(OWN, "many.pcap")
    tcp = Collector()
    run(lab, many, tcp.port, "NF_SOCKTYPE=1")
    tcp.close()
    table = flow_table(lab)
    check.same("by TCP", ([parser.faults for parser in tcp.parsers], [dict(record) for parser in tcp.parsers for record in parser.records]),
               ([[]], [values for _, values in expected(table)]))
    tcp = Collector()
    run(lab, many, tcp.port, "NF_SOCKTYPE=1", words=("--where", "flowInd == 0"))
    tcp.close()
    check.same("no rows", [(parser.faults, len(parser.records), len(parser.templates)) for parser in tcp.parsers], [([], 0, 3)])
    _, told, status = run(lab, many, tcp.port, "NF_SOCKTYPE=1", expected_=None)
    check.true(f"nobody there: {told}", status == 1 and f"cannot connect to 127.0.0.1:{tcp.port} by TCP" in told)
    for wrong in (("NF_VER=9", "NF_COLUMNS=1"), ("NF_VER=9", "NF_BIFLOW=1"), ("NF_VER=9", "NF_SOCKTYPE=1"), ("NF_BIFLOW=1", "NF_COLUMNS=1")):
        _, told, status = run(lab, many, tcp.port, *wrong, expected_=None)
        check.true(f"contradictions: {told}", status != 0 and wrong[1].split("=")[0] in told)

    tcp = Collector(most=3)
    run(lab, many, tcp.port, "NF_SOCKTYPE=1", "NF_NUM4FLWS=2", "NF_NUM6FLWS=2")
    tcp.close()
    check.same("templates and numbers of each connection", [parser.faults for parser in tcp.parsers], [[]] * len(tcp.parsers))
    places = {tuple(sorted(values.items())): place for place, (_, values) in enumerate(expected(table))}
    found = [places.get(tuple(sorted(record))) for parser in tcp.parsers for record in parser.records]
    check.true(f"in {len(tcp.parsers)} connections none twice, in order: {found[:20]}",
               len(tcp.parsers) > 1 and None not in found and all(a < b for a, b in zip(found, found[1:])))

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        udp.bind(("127.0.0.1", 0))
        udp.settimeout(1)
        run(lab, many, udp.getsockname()[1], "NF_TEMPLATE_N=2")
        parser, sizes = Parser(), []
        try:
            while True:
                data = udp.recv(65536)
                sizes.append(len(data))
                parser.message(data)
        except TimeoutError:
            pass
    check.same("by UDP", (parser.faults, [dict(record) for record in parser.records]), ([], [values for _, values in expected(table)]))
    check.true(f"datagrams of at most 1420 bytes: {max(sizes)}", max(sizes) <= 1420)
    check.true(f"templates again: {parser.template_messages} in {parser.messages}", parser.template_messages >= parser.messages // 3)

    run(lab, many, 1, "NF_SOCKTYPE=2", "NF_COLUMNS=1", sinks="ipfix", words=("--where", "flowInd == 0"))
    parser = parsed(lab.path("t_flows.ipfix"))
    check.same("a file without rows", (parser.faults, len(parser.records), len(parser.templates)), ([], 0, 4))
    lab.run(["-r", many, "-W", lab.path("p") + ":5f", "-q", "--sinks", "ipfix", "-o", "netflowSink.NF_SOCKTYPE=2"])
    pieces = sorted((name for name in os.listdir(lab.folder) if name.startswith("p_flows.ipfix")), key=lambda name: int(name[13:]))
    parsers = [parsed(lab.path(name)) for name in pieces]
    check.same("pieces", ([parser.faults for parser in parsers], [dict(record)[0, 148] for parser in parsers for record in parser.records]),
               ([[]] * len(pieces), [int(row[1]) for row in table.rows]))
    check.true("of five rows", all(len(parser.records) == 5 for parser in parsers[:-1]))


def wireshark(lab, check):
    """A file as tshark reads it."""
    lab.needs(["tshark"])
    for settings in ((), ("NF_COLUMNS=1",), ("NF_BIFLOW=1",)):
        table, path = lay(lab, WEB, "w", *settings, plugins="all")
        words = ["-o", "cflow.max_template_fields:0", "-r", path]
        out, _, _ = lab.run([*words, "-V"], program="tshark")
        check.true(f"{settings}: nothing is malformed", b"alformed" not in out and b"no template" not in out and b"[Expert" not in out)
        if settings:
            continue
        fields = ["srcport", "dstport", "packets", "octets", "protocol"]
        out, _, _ = lab.run([*words, "-T", "fields", *(word for field in fields for word in ("-e", f"cflow.{field}"))], program="tshark")
        lines = [line.split("\t") for line in out.decode().splitlines()]
        columns = [[int(item) for line in lines for item in line[place].split(",") if item] for place in range(len(fields))]
        names = ["srcPort", "dstPort", "pktsSnt", "l7BytesSnt", "l4Proto"]
        places = [table.names.index(name) for name in names]
        check.same("fields", columns, [[int(row[place]) for row in table.rows] for place in places])


def nfcapd(lab, check):
    """IPFIX and NetFlow 9 as nfcapd takes them."""
    lab.needs(["nfcapd", "nfdump"])
    for settings in (("NF_VER=10",), ("NF_VER=9",), ("NF_BIFLOW=1",)):
        for capture in (WEB, os.path.join(OWN, "many.pcap")):
            folder = lab.path("flows" + settings[0] + os.path.basename(capture))
            os.mkdir(folder)
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
                free.bind(("127.0.0.1", 0))
                port = free.getsockname()[1]
            log = open(os.path.join(lab.folder, "nfcapd.log"), "wb")
            process = subprocess.Popen(["nfcapd", "-w", folder, "-p", str(port), "-b", "127.0.0.1", "-t", "3600"], stdout=log, stderr=log)
            lab.servers.append(process)
            lab.wait(lambda: b"Startup" in open(log.name, "rb").read(), "nfcapd does not answer", process)
            run(lab, capture, port, *settings)
            time.sleep(1)
            process.send_signal(signal.SIGTERM)
            process.wait(20)
            log.close()
            with open(log.name, encoding="utf-8") as said:
                told = said.read()
            check.true(f"{settings} {told[-200:]}", "Sequence Errors: 0, Bad Packets: 0" in told)
            out, _, _ = lab.run(["-R", folder, "-q", "-o", "json"], program="nfdump")
            read = sorted(seen(flow) for flow in json.loads(b"[" + out + b"]"))
            rows = [(way, values) for way, values in expected(flow_table(lab))]
            rows = biflows(rows) if settings == ("NF_BIFLOW=1",) else rows
            check.same(f"{settings} {os.path.basename(capture)}", read, sorted(of_nfdump(values) for _, values in rows))


def seen(flow):
    """A flow of nfdump."""
    address = lambda way: glibc(ipaddress.ip_address(flow.get(f"{way}4_addr") or flow.get(f"{way}6_addr") or "0.0.0.0"))
    return (address("src"), address("dst"), flow.get("src_port", 0), flow.get("dst_port", 0), flow["proto"], flow["in_packets"], flow["in_bytes"],
            flow["first"], flow["last"], flow.get("out_packets", 0), flow.get("out_bytes", 0))


def of_nfdump(values):
    """The same of a record. What has no address has 0.0.0.0 there."""
    address = lambda ids: next((values[0, element] for element in ids if (0, element) in values), "0.0.0.0")
    moment = lambda element: time.strftime("%Y-%m-%dT%H:%M:%S", time.localtime(values[0, element] // 1000)) + f".{values[0, element] % 1000:03d}"
    return (address((8, 27)), address((12, 28)), values[0, 7], values[0, 11], values[0, 4], values[0, 2], values[0, 1], moment(152), moment(153),
            values.get((REVERSE, 2), 0), values.get((REVERSE, 1), 0))


NAMES = [("ipfix-columns", all_columns), ("ipfix-elements", elements), ("ipfix-collectors", collectors), ("ipfix-tshark", wireshark), ("ipfix-nfcapd", nfcapd)]
