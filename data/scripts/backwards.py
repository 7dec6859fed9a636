#!/usr/bin/env python3
"""Makes backwards.pcap: timestamps that go back or repeat, and flows that are
cut by timeouts, in nanoseconds over 25 minutes; always the same bytes.

Usage: backwards.py [OUTPUT FOLDER]
"""

from capture_file import SECOND, START, pcap, save
from frames import (ACK, FIN, PSH, RST, SYN, conversation, echo, tcp, udp)

CLIENT, SERVER = "10.1.0.10", "10.1.0.2"
CLIENT6, SERVER6 = "2001:db8:1::10", "2001:db8:1::2"


def at(place, frame, stamp=None):
    """A frame at its place in the file (in seconds) and, if the timestamp
    that is written differs from that, this one."""
    return place, place if stamp is None else stamp, frame


def spread(start, frames, step=0.01):
    return [at(start + number * step, frame)
            for number, frame in enumerate(frames)]


def ends(port, server_port=9000):
    return (CLIENT, port), (SERVER, server_port)


def ask(port, *times):
    """UDP packets from the client, the last of them answered."""
    source, target = ends(port)
    sent = [at(time, udp(source, target, b"ping")) for time in times]
    return sent + [at(times[-1] + 0.001, udp(target, source, b"pong"))]


def handshake(start, port):
    return spread(start, conversation(*ends(port), [])[:3])


def open_data(start, port, seq=1001, ack=5001):
    """Ten bytes from the client on an open connection, and their ACK."""
    source, target = ends(port)
    return spread(start, [
        tcp(source, target, PSH | ACK, seq, ack, b"0123456789"),
        tcp(target, source, ACK, ack, seq + 10)])


def whole(start, port, seq=1000):
    return spread(start, conversation(*ends(port), [b"hello"], seq))


def reset(start, port, seq=1000):
    source, target = ends(port)
    return handshake(start, port) + [
        at(start + 0.03, tcp(target, source, RST | ACK, 5001, seq + 1))]


def idle():
    """Flows without connection: gaps below and above 120 s and 182 s."""
    return [
        *ask(6001, 0, 100, 200),        # 100 s: one flow
        *ask(6002, 1, 131),             # 130 s
        *ask(6003, 2, 192, 900),        # 190 s and 708 s
        at(3, echo(CLIENT, SERVER, 1)),
        at(3.001, echo(SERVER, CLIENT, 1, reply=True)),
        at(193, echo(CLIENT, SERVER, 2)),
        at(5, udp((CLIENT6, 6004), (SERVER6, 9000), b"ping")),
        at(1500, udp((CLIENT6, 6004), (SERVER6, 9000), b"ping")),
    ]


def states():
    """TCP connections in every state, idle and used again."""
    source, target = ends(7101)
    return [
        # open, idle for 300 s, goes on
        *handshake(10, 7001), *open_data(310, 7001),
        # open, idle for 700 s, goes on
        *handshake(11, 7002), *open_data(711, 7002),
        # closed by FIN, port used again after 15 s and after 5 s
        *whole(20, 7003), *whole(35.07, 7003, 90000),
        *whole(21, 7004), *whole(26.07, 7004, 90000),
        # reset, port used again after 0.2 s and after 0.05 s
        *reset(40, 7005), *whole(40.23, 7005, 90000),
        *reset(41, 7006), *whole(41.08, 7006, 90000),
        # SYN without answer, again after 125 s and after 60 s
        at(50, tcp(*ends(7007), SYN, 1000)),
        at(175, tcp(*ends(7007), SYN, 1000)),
        at(51, tcp(*ends(7008), SYN, 1000)),
        at(111, tcp(*ends(7008), SYN, 1000)),
        # closed by one side only, the other goes on after 130 s
        *handshake(60, 7101),
        at(60.1, tcp(source, target, FIN | ACK, 1001, 5001)),
        at(60.2, tcp(target, source, ACK, 5001, 1002)),
        at(190.2, tcp(target, source, PSH | ACK, 5001, 1002, b"late")),
        # no handshake seen, idle for 190 s
        *open_data(70, 7102), *open_data(260, 7102, 1011),
    ]


def repeats():
    """The same timestamp again and again, and steps of one nanosecond."""
    source, target = ends(6101)
    frame = udp(source, target, b"same")
    step = 1 / SECOND
    return [at(400 + number * step, frame, 400) for number in range(4)] + [
        at(401, frame, 401), at(401.1, frame, 401 + step),
        at(401.2, frame, 401), at(401.3, frame, 401.999999999),
        at(401.4, frame, 402)]


def steps_back():
    """Timestamps before those of packets written earlier."""
    source, target = ends(7201)
    talk = conversation(source, target, [b"one", b"two"])
    back = [0, -0.000000001, -0.001, -1, 0, 0, -0.5, -0.5, 0, 0]
    connection = [at(500 + n * 0.01, frame, 500 + n * 0.01 + back[n])
                  for n, frame in enumerate(talk)]
    early = udp(*ends(6201), b"early")
    other = udp(*ends(6202), b"other")
    return connection + [
        # by the clock of the file the flow is over, by its own it is not
        at(600, early), at(900.5, other), at(900.6, early, 610),
        at(900.7, early, 620), at(900.8, other, 900.8),
        # back by more than every timeout, and again at the right time
        at(1300, other), at(1300.1, other, 300), at(1300.2, other),
        # a flow whose first packet is its latest
        *[at(1400 + n, udp(*ends(6203), b"down"), 1400 - 50 * n)
          for n in range(5)],
    ]


def nanoseconds(seconds):
    return START + round(seconds * SECOND)


def packets():
    planned = idle() + states() + repeats() + steps_back()
    planned.sort(key=lambda item: item[0])
    return [(nanoseconds(stamp), frame) for _, stamp, frame in planned]


if __name__ == "__main__":
    save("backwards.pcap", pcap(packets(), nano=True))
