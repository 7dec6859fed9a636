#!/usr/bin/env python3
"""The client and the server of loss.sh: one upload, then one download.

Usage: bulk_ends.py client|server SERVER_ADDRESS
"""

import socket
import sys

PORT = 5201
DATA = b"0123456789" * 30000


def common(end):
    """The same congestion control everywhere; connections inherit it."""
    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"cubic")
    return end


def send(end):
    end.sendall(DATA)
    end.shutdown(socket.SHUT_WR)
    while end.recv(65536):
        pass
    end.close()


def receive(end):
    while end.recv(65536):
        pass
    end.close()


def client(address):
    for work in send, receive:
        end = common(socket.socket())
        end.connect((address, PORT))
        work(end)


def server(address):
    listener = common(socket.socket())
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, PORT))
    listener.listen()
    for work in receive, send:
        end, _ = listener.accept()
        work(end)


if __name__ == "__main__":
    {"client": client, "server": server}[sys.argv[1]](sys.argv[2])
