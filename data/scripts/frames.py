"""Builds plain frames with right checksums, for the scripts that need no
more than that (the unusual ones of rare.py are built with scapy)."""

import ipaddress
import struct

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
IPV4, IPV6 = 0x0800, 0x86DD
ICMP, TCP, UDP = 1, 6, 17


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def mac(address):
    """A locally administered address from the last two bytes of the IP's."""
    return b"\x02\0\0\0" + address.packed[-2:]


def ip(source, target, protocol, payload, ttl=64):
    """An Ethernet frame with an IPv4 or IPv6 packet."""
    source, target = map(ipaddress.ip_address, (source, target))
    if source.version == 4:
        kind = IPV4
        head = ipv4_header(source, target, protocol, len(payload), ttl)
    else:
        kind = IPV6
        head = struct.pack(">IHBB", 6 << 28, len(payload), protocol, ttl) \
            + source.packed + target.packed
    ether = mac(target) + mac(source) + struct.pack(">H", kind)
    return ether + head + payload


def ipv4_header(source, target, protocol, length, ttl):
    def with_checksum(value):
        return struct.pack(">BBHHHBBH", 0x45, 0, 20 + length, 0, 0x4000, ttl,
                           protocol, value) + source.packed + target.packed
    return with_checksum(checksum(with_checksum(0)))


def pseudo(source, target, protocol, length):
    ends = [ipaddress.ip_address(end).packed for end in (source, target)]
    return b"".join(ends) + struct.pack(">II", length, protocol)


def transport(source, target, protocol, segment, place):
    """Puts the checksum into the segment at `place`, and that into a frame."""
    value = checksum(pseudo(source, target, protocol, len(segment)) + segment)
    segment = segment[:place] + struct.pack(">H", value) + segment[place + 2:]
    return ip(source, target, protocol, segment)


def udp(source, target, data=b""):
    """Source and target are tuples of address and port."""
    head = struct.pack(">HHHH", source[1], target[1], 8 + len(data), 0)
    return transport(source[0], target[0], UDP, head + data, 6)


def tcp(source, target, flags, seq=0, ack=0, data=b"", window=64240):
    head = struct.pack(">HHIIBBHHH", source[1], target[1], seq, ack, 5 << 4,
                       flags, window, 0, 0)
    return transport(source[0], target[0], TCP, head + data, 16)


def echo(source, target, number, reply=False):
    body = struct.pack(">BBHHH", 0 if reply else 8, 0, 0, 7, number) + bytes(32)
    body = body[:2] + struct.pack(">H", checksum(body)) + body[4:]
    return ip(source, target, ICMP, body)


def conversation(client, server, requests, seq=1000, ack=5000):
    """The frames of a whole TCP connection: handshake, requests that are
    answered by as many bytes, and a close by both sides."""
    def up(flags, data=b""):
        return tcp(client, server, flags, seq, ack, data)

    def down(flags, data=b""):
        return tcp(server, client, flags, ack, seq, data)

    frames = [tcp(client, server, SYN, seq)]
    seq += 1
    frames.append(down(SYN | ACK))
    ack += 1
    frames.append(up(ACK))
    for data in requests:
        frames.append(up(PSH | ACK, data))
        seq += len(data)
        frames.append(down(PSH | ACK, data))
        ack += len(data)
    frames.append(up(FIN | ACK))
    seq += 1
    frames.append(down(FIN | ACK))
    ack += 1
    frames.append(up(ACK))
    return frames
