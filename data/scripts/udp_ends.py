#!/usr/bin/env python3
"""A UDP echo server and its client, for frag.sh: 5000 bytes there and back.

Usage: udp_ends.py server
       udp_ends.py client SERVER_ADDRESS
"""

import socket
import sys

PORT = 7000
DATA = b"0123456789" * 500


def server():
    end = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    end.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    end.bind(("::", PORT))
    while True:
        data, sender = end.recvfrom(65535)
        end.sendto(data, sender)


def client(address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    end = socket.socket(family, socket.SOCK_DGRAM)
    end.settimeout(2)
    end.sendto(DATA, (address, PORT))
    assert end.recv(65535) == DATA


if __name__ == "__main__":
    {"client": client, "server": server}[sys.argv[1]](*sys.argv[2:])
