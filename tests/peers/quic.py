"""QUIC with HTTP/3: client and server of ngtcp2, which tell of each packet."""
import re

from lab import Skip, text, texts
from tls import SERVER_NAME, certificate

PORT = 443
CLIENT, SERVER = "gtlsclient", "gtlsserver"
V1, V2 = "0x00000001", "0x6b3343cf"
# What the server and the client are told.
CONNECTIONS = [
    ("version 1", [], []),
    ("three files", [], ["-n", "3"]),
    ("Retry", ["--validate-addr"], []),
    ("version 2", [], ["-v", V2]),
    ("to version 2", ["--preferred-versions", V2], ["--other-versions", f"{V2},{V1}"]),
    ("draft 29", [], ["-v", "0xff00001d"]),
    ("another key share", ["--groups=-GROUP-ALL:+GROUP-SECP384R1"], ["--groups=-GROUP-ALL:+GROUP-X25519:+GROUP-SECP384R1"]),
    ("few suites", ["--ciphers", "NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+CHACHA20-POLY1305"], []),
    ("datagrams that are lost", ["--rx-loss", "0.3"], []),
]


def connections(lab, check):
    """A connection each."""
    certificate(lab, "own", ["rsa:2048"], f"/CN={SERVER_NAME}")
    lab.run(["mkdir", "www", "got"])
    lab.write("www/big.txt", b"big file\n" * 20000)
    _, errors = lab.run([CLIENT, "--preferred-versions", V2, "--handshake-timeout=10ms", "127.0.0.1", "9"])
    for what, server, client in CONNECTIONS:
        if "unsupported version" in errors and any(V2 in word for word in server + client):
            continue
        started = lab.server([SERVER, "-d", lab.path("www"), "--quiet", "--max-gso-dgrams=1"] + server + ["127.0.0.1", str(PORT), "own.key", "own.pem"], PORT, udp=True)
        words = [CLIENT, "--exit-on-all-streams-close", "--timeout=5s", "--handshake-timeout=5s", "--download=got"]
        with lab.capture() as capture:
            out = "\n".join(lab.run(words + client + ["127.0.0.1", str(PORT), f"https://{SERVER_NAME}/big.txt"]))
        lab.stop(started)
        if "unrecognized option" in out:
            continue
        if "pkt tx pkn=" not in out:
            raise Skip("this client tells nothing of packets")
        rows = lab.analyse(capture, "quicDecode")["quic"]
        check.same(f"{what}: connections", len(rows), 1)
        for row in rows:
            compare(check, what, out, row)


def hellos(out):
    """What the client tells of the handshake's first messages: the server's, from the dump of what comes in Initial packets."""
    dump = out.partition("Ordered CRYPTO data in Initial crypto level\n")[2]
    lines = re.match(r"(?:[0-9a-f]{8}  .*\n)*", dump).group()
    return bytes.fromhex("".join(re.findall(r"^[0-9a-f]{8}  ([0-9a-f ]{48})", lines, re.M)))


def compare(check, what, out, row):
    same = lambda column, own, other: check.same(f"{what}: {column}", own, other)
    sent = re.findall(r"pkt tx pkn=(\d+) dcid=0x(\w*) (?:scid=0x(\w*) version=(0x\w+) )?type=(\w+)", out)
    came = re.findall(r"pkt rx pkn=(\d+) dcid=0x(\w*) (?:scid=0x(\w*) version=(0x\w+) )?type=(\w+)", out)
    same("first id of the destination", row["dcid"], sent[0][1])
    same("id of the client", row["scid"], sent[0][2])
    versions = list(dict.fromkeys([packet[3] for packet in sent if packet[3]]))
    same("versions", row["versions"].split(";")[:len(versions)], versions)
    # ngtcp2 takes this name for all addresses.
    same("server name", text(row["serverName"]), "localhost")
    same("ALPN", texts(row["alpn"])[:1], ["h3"])
    retry = [packet for packet in came if packet[4] == "Retry"]
    same("id in the Retry packet", row["retrySCID"], retry[0][2] if retry else "")
    initials = [packet for packet in came if packet[4] == "Initial"]
    same("id of the server", row["srvSCID"], initials[-1][2] if initials else "")
    same("Initial packets of the client", row["initials_srv"].split("_")[0], str(sum(packet[4] == "Initial" for packet in sent)))
    same("0-RTT packets", row["zeroRTT"], "0")
    lengths = re.findall(r"frm tx \d+ Initial CRYPTO\(0x06\) offset=(\d+) len=(\d+)", out)
    hello = hellos(out)
    if not initials or len(hello) < 44:
        return
    # What asks for another key share is a ServerHello with this random value (RFC 8446, section 4.1.3).
    is_retry = hello[6:10] == bytes.fromhex("cf21ad74")
    same("another key share", row["helloRetry"], str(int(is_retry)))
    if not is_retry:
        same("length of the hello", row["length"], str(max(int(offset) + int(length) for offset, length in lengths)))
    # Behind the message's head, the version, the random value and an empty session id.
    session = hello[38]
    same("cipher", row["cipher"], "0x" + hello[39 + session:41 + session].hex())
    same("version of TLS", row["srvVersion"], "0x0304")
    check.true(f"{what}: JA4 {row['ja4']}", re.fullmatch(r"q13d\d{4}h3_[0-9a-f]{12}_[0-9a-f]{12}", row["ja4"]))
    if "lost" not in what:
        packets = lambda kind: sum(packet[4] == kind for packet in sent + came)
        same("Handshake packets", row["handshakes"], str(packets("Handshake")))
        # The server may send more behind the client's end.
        late = int(row["shorts"]) - packets("1RTT")
        check.true(f"{what}: packets with a short header, {late} too late for the client", 0 <= late <= 10)
        same("Initial packets of the server", row["initials_srv"].split("_")[1], str(len(initials)))


SCENARIOS = [("quic", [SERVER, CLIENT, "openssl"], connections)]
