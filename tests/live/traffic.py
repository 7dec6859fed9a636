"""Real servers on the far side, and clients that talk to them."""
import os
import socket
import struct
import subprocess
import sys
import time

from lab import CABLES, FAR, environment, needs, run, wait_until

NEEDS = ["nginx", "curl", "dnsmasq", "dig", "iperf3", "ping"]
NGINX = """daemon off; master_process off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr; user root;
events {{ worker_connections 256; }}
http {{ access_log off; client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder};
server {{ listen 80; listen [::]:80; root {folder}; }} }}
"""
SIZES = {"small": 300, "medium": 50_000, "large": 3_000_000}


def servers(lab):
    """Starts them."""
    needs(NEEDS)
    for name, size in SIZES.items():
        lab.write(name, os.urandom(size))
    lab.start(FAR + ["nginx", "-p", lab.folder, "-c", lab.write("nginx.conf", NGINX.format(folder=lab.folder))])
    names = [word for n in range(20) for word in ("-A", f"/n{n}.example/10.1.1.{n}")] + ["-A", "/six.example/fd01::1"]
    lab.start(FAR + ["dnsmasq", "-k", "-C", "/dev/null", "-h", "-R", "-u", "root", "-x", lab.path("dns.pid"), *names])
    lab.start(FAR + ["iperf3", "-s"])
    listening = lambda: run(FAR + ["cat", "/proc/net/tcp6"]) + run(FAR + ["cat", "/proc/net/tcp"])
    wait_until("the servers", lambda: all(f":{port:04X} " in listening() for port in (80, 53, 5201)))


def some(words, **settings):
    """Runs a client, which may fail where packets are lost."""
    subprocess.run(words, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60, env=environment(), **settings)


def talk(near="va", seconds=1, rate="20M"):
    """All kinds of conversations by a cable, some seconds."""
    own, other, _, other6 = CABLES[near]
    pings = [subprocess.Popen(["ping", "-q", "-c", "8", "-i", "0.1", "-s", str(size), to], stdout=subprocess.DEVNULL) for to, size in ((other, 56), (other6, 1200), (other, 4000))]
    for size in SIZES:
        some(["curl", "-s", "-o", "/dev/null", f"http://{other}/{size}", f"http://{other}/none"])
        some(["curl", "-s", "-o", "/dev/null", f"http://[{other6}]/{size}"])
    for number in range(5):
        some(["dig", "+tries=1", "+time=2", f"@{other}", f"n{number}.example"])
        some(["dig", "+tcp", "+tries=1", "+time=2", f"@{other}", f"n{number}.example"])
    some(["dig", "+tries=1", "+time=2", f"@{other6}", "six.example", "AAAA"])
    some(["iperf3", "-c", other, "-t", str(seconds), "-b", rate])
    some(["iperf3", "-c", other, "-t", str(seconds), "-b", rate, "-u", "-l", "1200"])
    some(["iperf3", "-c", other6, "-t", str(seconds), "-b", rate, "-R"])
    tagged(near, "out")
    from_far("tagged", near[0] + "b", "in")
    for ping in pings:
        ping.wait(timeout=60)
    time.sleep(0.2)


def checksum(head):
    """The sum of an IPv4 header, put where it belongs."""
    total = sum(struct.unpack(f"!{len(head) // 2}H", head))
    total = (total & 0xFFFF) + (total >> 16)
    return head[:10] + struct.pack("!H", ~(total + (total >> 16)) & 0xFFFF) + head[12:]


def datagram(ends, ports, payload, tags=(), number=0):
    """A frame with a datagram, perhaps behind VLAN tags, for nobody here."""
    udp = struct.pack("!HHHH", *ports, 8 + len(payload), 0) + payload
    head = checksum(struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), number & 0xFFFF, 0, 64, 17, 0, *ends))
    return b"\x02\0\0\0\0\2\x02\0\0\0\0\1" + b"".join(struct.pack("!HH", *tag) for tag in tags) + b"\x08\0" + head + udp


def tagged(interface, way):
    """Sends frames with one tag and with two: 30 packets of three flows for each pair of tags."""
    ends = (bytes([10, 5, 0, 1]), bytes([10, 5, 0, 2]))
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as out:
        out.bind((interface, 0))
        for number in range(30):
            vlan = 100 + number // 3 % 3
            tags = [(0x8100, 0x2000 | vlan)] if number % 2 else [(0x88A8, 7), (0x8100, vlan)]
            payload = f"{way} {number} ".encode() * (3 + number)
            out.send(datagram(ends if way == "out" else ends[::-1], (4000 + number % 3, 4444), payload, tags, number))


def short(interface, first, count):
    """Sends datagrams with numbers from the first one, each of which is a flow."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as out:
        out.bind((interface, 0))
        for number in range(int(first), int(first) + int(count)):
            ends = (bytes([10, 6]) + struct.pack("!H", number >> 15), bytes([10, 7, 0, 1]))
            out.send(datagram(ends, (1 + (number & 0x7FFF), 4445), b"a flow", number=number))
            if number % 50 == 0:
                time.sleep(0.002)


def from_far(what, *words):
    """Sends from the far side: `tagged` or `short`."""
    run(FAR + [sys.executable, "-B", os.path.abspath(__file__), what, *map(str, words)])


if __name__ == "__main__":
    {"tagged": tagged, "short": short}[sys.argv[1]](*sys.argv[2:])
