#!/usr/bin/env python3
"""The client and the server of zerowin.sh, both following one plan.

Usage: zerowin_ends.py client|server SERVER_ADDRESS
       zerowin_ends.py ports         (prints how many ports the server opens)
"""

import socket
import struct
import sys
import threading
import time

SMALL = 4096  # receive buffer of both ends, so that windows close early

# For each server port: when the client starts (seconds), and the steps of
# the client and of the server. Steps: send N bytes, read N bytes, wait
# seconds, drain (read until the end), close, reset.
PLAN = {
    # One long stop of the server.
    7001: (0.0,
           [("send", 16000), ("close",)],
           [("wait", 3.0), ("drain",), ("close",)]),
    # The server stops three times and drains in between.
    7002: (0.3,
           [("send", 36000), ("close",)],
           [("wait", 1.5), ("read", 12000), ("wait", 3.0), ("read", 12000),
            ("wait", 1.5), ("drain",), ("close",)]),
    # The client stops (zero windows from client to server), after a silence.
    7003: (0.6,
           [("send", 100), ("read", 100), ("wait", 2.0), ("send", 100),
            ("wait", 2.0), ("drain",), ("close",)],
           [("read", 100), ("send", 100), ("read", 100), ("send", 16000),
            ("close",)]),
    # Both sides stop, one after the other.
    7004: (0.9,
           [("send", 16000), ("wait", 3.0), ("drain",), ("close",)],
           [("wait", 1.5), ("read", 16000), ("send", 16000), ("close",)]),
    # Nobody has anything to say for 1.5 s and for 3 s; no zero window.
    7005: (1.2,
           [("send", 400), ("read", 900), ("wait", 1.5), ("send", 400),
            ("read", 900), ("wait", 3.0), ("send", 400), ("read", 900),
            ("close",)],
           [("read", 400), ("send", 900), ("read", 400), ("send", 900),
            ("read", 400), ("send", 900), ("drain",), ("close",)]),
    # A silence of 1.5 s, then a stop.
    7006: (1.5,
           [("send", 400), ("read", 400), ("wait", 1.5), ("send", 16000),
            ("close",)],
           [("read", 400), ("send", 400), ("read", 8000), ("wait", 2.0),
            ("drain",), ("close",)]),
    # The server stops, and then resets instead of reading on.
    7007: (1.8,
           [("send", 16000), ("close",)],
           [("wait", 3.0), ("reset",)]),
    # The client resets a connection after a silence; no zero window.
    7008: (2.1,
           [("send", 300), ("read", 300), ("wait", 1.5), ("reset",)],
           [("read", 300), ("send", 300), ("drain",), ("close",)]),
    # Ordinary short connections.
    7101: (0.5, [("send", 120), ("read", 600), ("close",)],
           [("read", 120), ("send", 600), ("drain",), ("close",)]),
    7102: (1.7, [("send", 120), ("read", 600), ("close",)],
           [("read", 120), ("send", 600), ("drain",), ("close",)]),
    7103: (2.9, [("read", 80), ("send", 1000), ("read", 40), ("close",)],
           [("send", 80), ("read", 1000), ("send", 40), ("drain",),
            ("close",)]),
    7104: (4.1, [("send", 200), ("close",)], [("drain",), ("close",)]),
}


def read(end, count):
    while count > 0:
        got = len(end.recv(min(count, 2048)))
        if got == 0:
            return
        count -= got


def drain(end):
    while end.recv(2048):
        pass


def reset(end):
    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    end.close()


STEPS = {
    "send": lambda end, count: end.sendall(b"0123456789" * (count // 10)),
    "read": read,
    "drain": drain,
    "wait": lambda end, seconds: time.sleep(seconds),
    "close": lambda end: end.close(),
    "reset": reset,
}


def follow(end, steps):
    try:
        for name, *values in steps:
            STEPS[name](end, *values)
    except ConnectionError:
        end.close()  # the other side has reset, as planned


def small_socket():
    end = socket.socket()
    end.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
    return end


def client(address, port):
    start, steps, _ = PLAN[port]
    time.sleep(start)
    end = small_socket()
    end.bind(("", port + 33000))
    end.connect((address, port))
    follow(end, steps)


def server(address, port):
    listener = small_socket()
    listener.bind((address, port))
    listener.listen()
    end, _ = listener.accept()
    follow(end, PLAN[port][2])


def main(role, address=None):
    if role == "ports":
        print(len(PLAN))
        return
    work = {"client": client, "server": server}[role]
    threads = [threading.Thread(target=work, args=(address, port))
               for port in PLAN]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main(*sys.argv[1:])
