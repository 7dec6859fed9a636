"""TLS: openssl s_server with s_client, and nginx with curl."""
import calendar
import re
import time

from lab import Skip, text, texts

SERVER_NAME = "peer.example"
PORT = 4433
# s_client's names of versions, and their numbers.
VERSIONS = {"TLSv1": "0x0301", "TLSv1.1": "0x0302", "TLSv1.2": "0x0303", "TLSv1.3": "0x0304"}
GROUPS = {"X25519": "0x001d", "X448": "0x001e", "ECDH, prime256v1": "0x0017", "ECDH, P-256": "0x0017", "ECDH, secp384r1": "0x0018",
          "ECDH, P-384": "0x0018", "ECDH, secp521r1": "0x0019", "ECDH, P-521": "0x0019"}


def certificate(lab, name, key, subject):
    """A certificate that signs itself; yields options of s_server and s_client."""
    lab.run(["openssl", "req", "-x509", "-newkey"] + key + ["-nodes", "-keyout", f"{name}.key", "-out", f"{name}.pem", "-days", "30",
                                                            "-utf8", "-subj", subject])
    return ["-cert", f"{name}.pem", "-key", f"{name}.key"]


def suites(lab):
    """Names of cipher suites and their numbers, as openssl lists them."""
    out, _ = lab.run(["openssl", "ciphers", "-V", "ALL:COMPLEMENTOFALL:@SECLEVEL=0"])
    return {name: "0x" + (one + two).lower() for one, two, name in re.findall(r"0x(\w\w),0x(\w\w) - (\S+)", out)}


def connect(lab, words, name=SERVER_NAME):
    """What s_client prints of a connection."""
    words = ["openssl", "s_client", "-connect", f"127.0.0.1:{PORT}", "-servername", name, "-msg"] + words
    return "\n".join(lab.run(words, b"Q\n"))


def found(pattern, out):
    match = re.search(pattern, out, re.M)
    return match.group(1) if match else ""


def compare(check, what, out, row, known):
    """A row of sslDecode with what s_client says."""
    same = lambda column, own, other: check.same(f"{what}: {column}", own, other)
    cipher = found(r"Cipher is (\S+)$", out)
    check.true(f"{what}: s_client is connected with {cipher}", cipher in known)
    # Protocol of the session where the session is shown, else that of the cipher's line.
    protocol = found(r"^    Protocol  : (\S+)$", out) or found(r"^(?:New|Reused), ([\w.]+),", out)
    same("version", row["srvVersion"], VERSIONS.get(protocol, protocol))
    same("cipher", row["cipher"], known.get(cipher))
    same("server name", text(row["serverName"]), SERVER_NAME)
    same("resumed", row["resumed"], str(int("\nReused, " in out)))
    same("length", row["length"], str(int(found(r"Handshake \[length (\w+)\], ClientHello", out), 16)))
    if protocol != "TLSv1.3":
        # It is encrypted in TLS 1.3.
        same("ALPN", text(row["srvAlpn"]), found(r"^ALPN protocol: (\S+)", out))
    elif temporary := found(r"^(?:Server|Peer) Temp Key: (.*), \d+ bits", out):
        same("group", row["srvShareGroup"], GROUPS.get(temporary, temporary))
    check.true(f"{what}: JA4 {row['ja4']}", re.fullmatch(r"t1[0-3]d\d{4}(h[12]|00)_[0-9a-f]{12}_[0-9a-f]{12}", row["ja4"]))
    check.true(f"{what}: JA3 {row['ja3']} {row['ja3s']}", re.fullmatch(r"[0-9a-f]{32}", row["ja3"]) and re.fullmatch(r"[0-9a-f]{32}", row["ja3s"]))


# What the server and the client are told.
CONNECTIONS = [
    ("TLS 1.3", [], ["-alpn", "h2,http/1.1"]),
    ("TLS 1.3 with one suite", [], ["-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256", "-groups", "X448"]),
    ("TLS 1.3 with P-256", [], ["-groups", "P-256", "-ciphersuites", "TLS_AES_128_GCM_SHA256", "-tls1_3"]),
    ("TLS 1.2", [], ["-tls1_2", "-alpn", "h2,http/1.1"]),
    ("TLS 1.2 with DHE", [], ["-tls1_2", "-cipher", "DHE-RSA-AES128-GCM-SHA256"]),
    ("TLS 1.2 with RSA", [], ["-tls1_2", "-cipher", "AES256-SHA"]),
    ("TLS 1.2 of the server", ["-tls1_2"], ["-alpn", "http/1.1"]),
    ("TLS 1.1", ["-cipher", "ALL:@SECLEVEL=0"], ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"]),
    ("TLS 1.0", ["-cipher", "ALL:@SECLEVEL=0"], ["-tls1", "-cipher", "ALL:@SECLEVEL=0"]),
]


def versions(lab, check):
    """Versions, cipher suites, ALPN."""
    own, known = certificate(lab, "own", ["rsa:2048"], f"/CN={SERVER_NAME}"), suites(lab)
    for what, server, client in CONNECTIONS:
        started = lab.server(["openssl", "s_server", "-accept", str(PORT), "-www", "-alpn", "h2,http/1.1"] + own + server, PORT)
        with lab.capture() as capture:
            out = connect(lab, client)
        lab.stop(started)
        rows = lab.analyse(capture, "sslDecode")["tls"]
        check.same(f"{what}: hellos", len(rows), 1)
        for row in rows:
            compare(check, what, out, row, known)
            offered = client[client.index("-alpn") + 1].split(",") if "-alpn" in client else []
            check.same(f"{what}: ALPN that is offered", texts(row["alpn"]), offered)


def resumed(lab, check):
    """Sessions that are used again, another key share, certificates of clients, alerts."""
    own, known = certificate(lab, "own", ["rsa:2048"], f"/CN={SERVER_NAME}"), suites(lab)
    serve = ["openssl", "s_server", "-accept", str(PORT), "-www"] + own
    started = lab.server(serve, PORT)
    for version in ("-tls1_2", "-tls1_3"):
        with lab.capture() as capture:
            # A ticket of TLS 1.3 comes behind the handshake: with the answer of a request.
            request = b"GET / HTTP/1.0\r\n\r\n"
            words = ["openssl", "s_client", "-connect", f"127.0.0.1:{PORT}", "-servername", SERVER_NAME, "-msg", version, "-ign_eof"]
            outs = ["\n".join(lab.run(words + more, request)) for more in (["-sess_out", "session"], ["-sess_in", "session"])]
        rows = lab.analyse(capture, "sslDecode")["tls"]
        check.same(f"{version}: hellos", len(rows), 2)
        check.true(f"{version}: s_client uses the session again", "\nReused, " in outs[1])
        for number, (out, row) in enumerate(zip(outs, rows)):
            compare(check, f"{version} {number + 1}", out, row, known)
    lab.stop(started)
    started = lab.server(serve + ["-groups", "P-384"], PORT)
    with lab.capture() as capture:
        out = connect(lab, ["-groups", "X25519:P-384"])
    lab.stop(started)
    rows = lab.analyse(capture, "sslDecode")["tls"]
    lengths = [str(int(length, 16)) for length in re.findall(r"Handshake \[length (\w+)\], ClientHello", out)]
    check.same("another key share: hellos", [row["length"] for row in rows], lengths)
    check.same("another key share", [(row["helloRetry"], row["srvShareGroup"]) for row in rows], [("1", "0x0018"), ("0", "0x0018")])
    started = lab.server(serve + ["-Verify", "1"], PORT)
    with lab.capture() as capture:
        out = connect(lab, ["-tls1_2"] + certificate(lab, "client", ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"], "/CN=client"))
    lab.stop(started)
    rows = lab.analyse(capture, "sslDecode")["tls"]
    seen = tuple(str(len(re.findall(message + "$", out, re.M))) for message in ("<<<.*, CertificateRequest", "<<<.*, Certificate", ">>>.*, Certificate"))
    check.same("certificates of both", [(row["certRequest"], row["srvCerts"], row["certs"]) for row in rows], [seen])
    check.same("certificates that s_client shows", seen, ("1", "1", "1"))
    started = lab.server(serve + ["-tls1_2"], PORT)
    with lab.capture() as capture:
        out = connect(lab, ["-tls1_3"])
    lab.stop(started)
    rows = lab.analyse(capture, "sslDecode")["tls"]
    check.same("alert", [row["alerts"].split("/")[-1] for row in rows], [found(r"SSL alert number (\d+)", out)])


# Kinds of keys, and whom the certificates are for.
CERTIFICATES = [
    ("rsa", ["rsa:3072"], "/C=CH/ST=Bern/L=Thun/O=Peers, Ltd./OU=A+OU=B/CN=peer.example"),
    ("ec", ["ec", "-pkeyopt", "ec_paramgen_curve:P-384"], "/C=DE/O=Müller \"quoted\" \\; x/CN=*.example/emailAddress=a@peer.example"),
    ("ed25519", ["ed25519"], "/DC=example/DC=peer/CN=\\#begins with a sign"),
]


def certificates(lab, check):
    """Certificates in clear, as `openssl x509` prints them."""
    for name, key, subject in CERTIFICATES:
        own = certificate(lab, name, key, subject)
        started = lab.server(["openssl", "s_server", "-accept", str(PORT), "-www"] + own, PORT)
        with lab.capture() as capture:
            out = connect(lab, ["-tls1_2"])
        lab.stop(started)
        rows = lab.analyse(capture, "sslDecode")["certificates"]
        check.same(f"{name}: certificates", len(rows), 1)
        for row in rows:
            compare_certificate(lab, check, name, row)
            shown = re.search(r"a:PKEY: \S+, (\d+) \(bit\); sigalg: (\S+)", out)
            check.same(f"{name}: bits of the key", row["keyType_size"].split("_")[1], shown.group(1))
            check.same(f"{name}: signature", text(row["sigAlg"]).lower(), shown.group(2).lower())


def compare_certificate(lab, check, name, row):
    show = lambda *words: lab.run(["openssl", "x509", "-in", f"{name}.pem", "-noout"] + list(words))[0].strip()
    same = lambda column, own, other: check.same(f"{name}: {column}", own, other)
    for column in ("subject", "issuer"):
        # UTF-8 as it is, not escaped.
        theirs = show("-" + column, "-nameopt", "RFC2253,-esc_msb,utf8").split("=", 1)[1]
        # The order of attributes in a set means nothing.
        ours, theirs = ([sorted(one.split("+")) for one in name.split(",")] for name in (text(row[column]), theirs))
        same(column, ours, theirs)
    same("serial", row["serial"], show("-serial").split("=")[1])
    for column, option in (("notBefore", "-startdate"), ("notAfter", "-enddate")):
        moment = time.strptime(show(option).split("=")[1], "%b %d %H:%M:%S %Y GMT")
        same(column, row[column].split(".")[0], str(calendar.timegm(moment)))
    for option in ("sha1", "sha256"):
        same(option, row[option], show("-fingerprint", "-" + option).split("=")[1].replace(":", "").lower())
    der = lab.path(f"{name}.der")
    lab.run(["openssl", "x509", "-in", f"{name}.pem", "-outform", "DER", "-out", der])
    with open(der, "rb") as file:
        same("length", row["length"], str(len(file.read())))


def nginx_curl(lab, check):
    """HTTPS: curl reports what it agreed on."""
    certificate(lab, "own", ["rsa:2048"], f"/CN={SERVER_NAME}")
    lab.write("nginx.conf", """daemon off; master_process off; pid nginx.pid; error_log nginx.log; events {}
        http { access_log off; client_body_temp_path b; proxy_temp_path p; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
        server { listen 127.0.0.1:443 ssl http2; ssl_certificate own.pem; ssl_certificate_key own.key; return 200 "inside"; } }""")
    lab.server(["nginx", "-e", lab.path("nginx.log"), "-p", lab.folder, "-c", lab.path("nginx.conf")], 443)
    known = suites(lab)
    for words in ([], ["--tls-max", "1.2"], ["--tls-max", "1.2", "--http1.1"], ["--ciphers", "ECDHE-RSA-AES128-GCM-SHA256", "--tls-max", "1.2"]):
        with lab.capture() as capture:
            out = "\n".join(lab.run(["curl", "-q", "-s", "-v", "-k", "--max-time", "30", "--resolve", f"{SERVER_NAME}:443:127.0.0.1"] + words
                                    + [f"https://{SERVER_NAME}/"]))
        agreed = re.search(r"SSL connection using (\S+) / (\S+)", out)
        if not agreed:
            raise Skip("curl does not say what it agreed on")
        rows = lab.analyse(capture, "sslDecode")["tls"]
        what = " ".join(["curl"] + words)
        check.same(f"{what}: hellos", len(rows), 1)
        for row in rows:
            check.same(f"{what}: version", row["srvVersion"], VERSIONS[agreed.group(1)])
            check.same(f"{what}: cipher", row["cipher"], known.get(agreed.group(2)))
            check.same(f"{what}: server name", text(row["serverName"]), SERVER_NAME)
            check.same(f"{what}: offered", texts(row["alpn"]), re.findall(r"ALPN[,:] (?:curl )?offers? (\S+)", out.replace(",http/1.1", "\n* ALPN: offers http/1.1")))
            if agreed.group(1) != "TLSv1.3":
                check.same(f"{what}: ALPN", text(row["srvAlpn"]), found(r"ALPN[,:] server (?:accepted|accepted to use) (\S+)", out))


SCENARIOS = [("tls-versions", ["openssl"], versions), ("tls-resumed", ["openssl"], resumed), ("tls-certificates", ["openssl"], certificates),
             ("tls-curl", ["openssl", "nginx", "curl"], nginx_curl)]
