"""Captures of sensors, cut into slices that conversations cross: TCP in all its endings, windows of zero, fragments, ICMP errors, FTP."""
import os
import random
import struct

# The first slice begins here (2026-05-01 23:00 UTC, so that slices are of two days), and each is so many seconds long.
START, SLICE = 1777676400, 600
SYN, ACK, PSH, FIN, RST = 2, 16, 8, 1, 4
TCP, UDP, ICMP = 6, 17, 1
# Payload of an IPv4 fragment, a multiple of 8.
FRAGMENT = 1480


def write(folder, sensors=3, slices=8, conversations=150, seed=7):
    """Writes `folder`/sensorI/slice-K.pcap for all sensors and slices; yields {sensor: paths in order}."""
    written = {}
    for number in range(sensors):
        name = f"s{number}"
        # Sensors differ in size, as real ones do.
        packets = Sensor(random.Random(seed * 100 + number), slices).packets(conversations * (number + 1))
        os.makedirs(os.path.join(folder, name))
        written[name] = []
        for piece in range(slices):
            path = os.path.join(folder, name, f"slice-{piece}.pcap")
            low, high = (START + piece * SLICE) * 10**6, (START + (piece + 1) * SLICE) * 10**6
            _capture(path, [packet for packet in packets if low <= packet[0] < high])
            written[name].append(path)
    return written


def _capture(path, packets):
    """A pcap file of Ethernet with microseconds."""
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for micros, data in packets:
            file.write(struct.pack("<IIII", micros // 10**6, micros % 10**6, len(data), len(data)) + data)


class Sensor:
    """The traffic that one sensor sees."""

    def __init__(self, rng, slices):
        self.rng, self.span, self.all, self.ident = rng, slices * SLICE, [], 0

    def packets(self, conversations):
        """Packets of so many conversations as (microseconds, bytes), in the order of time."""
        for number in range(conversations):
            begin = START + self.rng.random() * (self.span - 1)
            # The first ones of each kind lie across the ends of slices.
            if number % 3 == 0:
                begin = START + SLICE * self.rng.randrange(1, self.span // SLICE) - self.rng.random() * 20
            kind = self.rng.choice([self.tcp, self.tcp, self.tcp, self.datagram, self.ftp])
            kind(begin, *self.hosts())
        end = (START + self.span) * 10**6
        return sorted(packet for packet in self.all if packet[0] < end)

    def hosts(self):
        """Two addresses."""
        rng = self.rng
        return f"10.{rng.randrange(4)}.{rng.randrange(4)}.{rng.randrange(1, 250)}", f"192.0.2.{rng.randrange(1, 100)}"

    def tcp(self, at, client, server, port=None, say=()):
        """A connection: lines that are said, or any data; it ends with FIN, with RST, or not at all."""
        rng = self.rng
        talk = Talk(self, client, server, rng.randrange(1024, 65000), port or rng.choice([80, 443, 22, 25, 8080]))
        at = talk.open(at)
        if rng.random() < 0.1:
            return
        pause = rng.choice([0.05, 1, 10, 60])
        for turn in range(len(say) or rng.randrange(1, 14)):
            mine, data = say[turn] if say else (rng.random() < 0.5, rng.randbytes(rng.randrange(1, 1400)))
            at += rng.random() * pause
            talk.send(at, mine, data)
            if rng.random() < 0.15:
                # The receiver has no room, and some time later it has.
                talk.segment(at + 0.01, not mine, ACK, window=0)
                talk.segment(at + 0.01 + rng.random() * 30, not mine, ACK)
        ending = rng.random()
        if ending < 0.6:
            talk.close(at + rng.random() * pause)
        elif ending < 0.8:
            talk.segment(at + rng.random() * pause, rng.random() < 0.5, RST | ACK)

    def ftp(self, at, client, server):
        """A control connection that agrees on a data connection, which follows in a while."""
        rng = self.rng
        port = rng.randrange(20000, 60000)
        place = ",".join([*server.split("."), str(port >> 8), str(port & 255)])
        say = [(False, b"220 ready\r\n"), (True, b"USER u%d\r\n" % rng.randrange(99)), (False, b"331 password\r\n"), (True, b"PASS p\r\n"), (False, b"230 in\r\n")]
        say += [(True, b"PASV\r\n"), (False, f"227 Entering Passive Mode ({place}).\r\n".encode()), (True, b"RETR a.txt\r\n"), (False, b"150 go\r\n")]
        self.tcp(at, client, server, 21, say)
        self.tcp(at + rng.random() * 300, client, server, port, [(False, b"x" * rng.randrange(1, 1400))])

    def datagram(self, at, client, server):
        """A UDP datagram that may come in fragments, and whose answer may be that nobody listens."""
        rng = self.rng
        source, target = rng.randrange(1024, 65000), rng.choice([53, 123, 5000])
        data = rng.randbytes(rng.choice([30, 200, 4000]))
        packet = struct.pack(">HHHH", source, target, 8 + len(data), 0) + data
        # Fragments may be in two slices.
        self.ip(at, client, server, UDP, packet, spread=rng.choice([0.001, 2]))
        if rng.random() < 0.3:
            quoted = _header(client, server, UDP, 20 + len(packet), 0, 0) + packet[:8]
            self.ip(at + rng.random() * 3, server, client, ICMP, _summed(struct.pack(">BBHI", 3, 3, 0, 0) + quoted, 2))
        elif rng.random() < 0.7:
            self.ip(at + rng.random() * 5, server, client, UDP, struct.pack(">HHHH", target, source, 28, 0) + rng.randbytes(20))

    def ip(self, at, source, target, protocol, payload, spread=0.001):
        """An IPv4 packet in Ethernet, in fragments if it is long."""
        self.ident = self.ident + 1 & 0xFFFF
        for place in range(0, len(payload), FRAGMENT):
            part = payload[place : place + FRAGMENT]
            more = 0x2000 if place + FRAGMENT < len(payload) else 0
            header = _header(source, target, protocol, 20 + len(part), self.ident, more | place // 8)
            data = bytes.fromhex("020000000001 020000000002 0800") + header + part
            self.all.append((int((at + place / FRAGMENT * spread) * 10**6), data))


class Talk:
    """A TCP connection that is being spoken."""

    def __init__(self, sensor, client, server, source, target):
        self.sensor, self.ends = sensor, [(client, source), (server, target)]
        self.next = [sensor.rng.randrange(1 << 32), sensor.rng.randrange(1 << 32)]

    def open(self, at):
        """The handshake, at times without an answer; yields when it is over."""
        self.segment(at, True, SYN)
        if self.sensor.rng.random() < 0.15:
            self.segment(at + 3, True, SYN, again=True)
            return at + 3
        self.segment(at + 0.02, False, SYN | ACK)
        self.segment(at + 0.03, True, ACK)
        return at + 0.03

    def send(self, at, mine, data):
        """Data and its acknowledgement; at times it comes twice."""
        self.segment(at, mine, PSH | ACK, data)
        if self.sensor.rng.random() < 0.05:
            self.segment(at + 0.3, mine, PSH | ACK, data, again=True)
        self.segment(at + 0.31, not mine, ACK)

    def close(self, at):
        """The client is done, then the server."""
        for mine in (True, False):
            self.segment(at, mine, FIN | ACK)
            self.segment(at + 0.02, not mine, ACK)
            at += 0.05

    def segment(self, at, mine, flags, data=b"", window=8192, again=False):
        """One segment; `again`: with the numbers of the one in front of it."""
        one, other = (0, 1) if mine else (1, 0)
        (source, port), (target, far) = self.ends[one], self.ends[other]
        length = len(data) + (1 if flags & (SYN | FIN) else 0)
        if again:
            self.next[one] -= length
        number, acknowledged = self.next[one] & 0xFFFFFFFF, self.next[other] & 0xFFFFFFFF if flags & ACK else 0
        self.next[one] += length
        segment = struct.pack(">HHIIBBHHH", port, far, number, acknowledged, 0x50, flags, window, 0, 0) + data
        pseudo = _address(source) + _address(target) + struct.pack(">HH", TCP, len(segment))
        checksum = _checksum(pseudo + segment)
        self.sensor.ip(at, source, target, TCP, segment[:16] + struct.pack(">H", checksum) + segment[18:])


def _header(source, target, protocol, length, ident, fragment):
    """An IPv4 header (RFC 791, section 3.1)."""
    addresses = _address(source) + _address(target)
    return _summed(struct.pack(">BBHHHBBH", 0x45, 0, length, ident, fragment, 64, protocol, 0) + addresses, 10)


def _address(text):
    return bytes(int(part) for part in text.split("."))


def _summed(data, at):
    """With its checksum in place."""
    return data[:at] + struct.pack(">H", _checksum(data)) + data[at + 2 :]


def _checksum(data):
    """The Internet checksum (RFC 1071)."""
    total = sum(struct.unpack(f">{(len(data) + 1) // 2}H", data + b"\0" * (len(data) % 2)))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
