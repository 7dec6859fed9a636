"""HTTP: nginx, with curl and with pipelined requests."""
import gzip
import hashlib
import http.client
import json
import random
import re
import socket

from lab import Skip, text, texts

CONFIG = """
daemon off; master_process off; pid nginx.pid; error_log nginx.log;
events {{}}
http {{
  access_log off; client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  types {{ text/plain txt; image/png png; }}
  gzip on; gzip_min_length 100;
  client_max_body_size 10m;
  gzip_types text/plain;
  server {{ listen 127.0.0.1:80{http2}; server_name web.example; root www;
    location /old {{ return 302 http://web.example/a.txt; }}
    location /take {{ proxy_pass http://127.0.0.1:81; }}
    location /cookie {{ add_header Set-Cookie "id=7; Path=/"; return 204; }}
  }}
  server {{ listen 127.0.0.1:81; return 200 "taken\\n"; }}
}}
"""
AGENT = "peers/1 (test)"
EMPTY = hashlib.sha256(b"").hexdigest()


def nginx(lab, http2=False):
    """Starts nginx with some files."""
    chance = random.Random(1)
    files = {"a.txt": b"hello\n", "empty.txt": b"", "image.png": chance.randbytes(300000),
             "big.txt": b" ".join(b"%d" % chance.randrange(1000) for _ in range(200000)), "with%20space.txt": b"spaces\n" * 100,
             "part.txt": chance.randbytes(50000)}
    lab.run(["mkdir", "www"])
    for name, content in files.items():
        lab.write("www/" + name.replace("%20", " "), content)
    lab.write("nginx.conf", CONFIG.format(http2=" http2" if http2 else ""))
    lab.server(["nginx", "-e", lab.path("nginx.log"), "-p", lab.folder, "-c", lab.path("nginx.conf")], 80)
    return files


def requests(lab, capture):
    """Rows of httpSniffer of what nginx was asked from outside."""
    return [row for row in lab.analyse(capture, "httpSniffer", ["HTTP_HASH=1"])["http"] if row["dstPort"] == "80"]


def curl(lab, words, urls):
    """Fetches URLs, each with options of its own, over one connection; yields curl's reports with the hashes of what it wrote."""
    command = ["curl", "-q", "-s", "--max-time", "40"]
    for number, (url, options) in enumerate(urls):
        command += ["--next"] if number else []
        command += ["-A", AGENT, "-w", "%{json}\n", "--resolve", "web.example:80:127.0.0.1", "-o", f"got{number}"]
        command += words + options + ["http://web.example" + url]
    out, _ = lab.run(command, b"sent in chunks " * 5000)
    reports = [json.loads(line) for line in out.splitlines()]
    for number, report in enumerate(reports):
        report["sha256"] = file_hash(lab, f"got{number}")
    return reports


def file_hash(lab, name):
    """SHA-256 of a file; of nothing if there is none."""
    try:
        with open(lab.path(name), "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()
    except FileNotFoundError:
        return EMPTY


def compare(check, urls, reports, rows):
    """Rows of httpSniffer with curl's reports, in order."""
    check.same("requests", len(rows), len(urls))
    check.same("requests that curl reports", len(reports), len(urls))
    for (url, options), theirs, ours in zip(urls, reports, rows):
        same = lambda what, own, other: check.same(f"{theirs['method']} {url} {what}", own, other)
        same("state", ours["state"], "complete")
        same("method", text(ours["method"]), theirs["method"])
        same("URI", text(ours["uri"]), url)
        same("host", text(ours["host"]), "web.example")
        same("user agent", text(ours["userAgent"]), AGENT)
        same("port", ours["srcPort"], str(theirs["local_port"]))
        same("status", ours["status"], str(theirs["http_code"]))
        same("version", ours["version"], theirs["http_version"])
        same("type", text(ours["respType"]), theirs["content_type"] or "")
        same("location", text(ours["location"]), theirs["redirect_url"] or "")
        same("body", ours["respBody"], str(theirs["size_download"]))
        if options[:1] != ["-T"]:
            # Of chunks, curl counts the framing too.
            same("sent body", ours["reqBody"], str(theirs["size_upload"]))
        same("missing", (ours["reqMissing"], ours["respMissing"]), ("0", "0"))
        if theirs["http_version"] != "2":
            # curl counts the interim response in: `HTTP/1.1 100 Continue` and an empty line.
            same("head", str(int(ours["respHead"]) + 25 * (ours["interim"] == "100")), str(theirs["size_header"]))
        decoded = ours["respDecodedSHA256"] or ours["respSHA256"] or EMPTY
        if theirs["method"] != "HEAD":
            # curl writes the head there.
            same("SHA-256", decoded, theirs["sha256"])


def sent(rows, method):
    """SHA-256 of the bodies of requests with this method."""
    return [row["reqSHA256"] for row in rows if text(row["method"]) == method]


URLS = [("/a.txt", []), ("/empty.txt", []), ("/image.png", []), ("/big.txt", []), ("/none?a=b&c=%20d", []), ("/with%20space.txt", []),
        ("/a.txt", ["-I"]), ("/image.png", ["-r", "1000-250000"]), ("/old", []), ("/cookie", []),
        ("/take", ["--data-binary", "@www/big.txt", "-H", "Expect:"]), ("/a.txt", ["-X", "DELETE"])]


def http_plain(lab, check):
    """Without compression, all over one connection."""
    nginx(lab)
    # The length is not known in advance: chunks.
    urls = URLS + [("/take", ["-T", "-", "-X", "POST"])]
    with lab.capture() as capture:
        reports = curl(lab, [], urls)
    rows = requests(lab, capture)
    compare(check, urls, reports, rows)
    check.same("SHA-256 of what is sent", sent(rows, "POST"),
               [file_hash(lab, "www/big.txt"), hashlib.sha256(b"sent in chunks " * 5000).hexdigest()])
    check.same("cookie that is set", [text(row["setCookie"]) for row in rows if text(row["uri"]) == "/cookie"], ["id=7; Path=/"])


def http_parts(lab, check):
    """A form with files, as curl sends it (quotation marks as HTML wants it), and ranges, as nginx answers."""
    files = nginx(lab)
    form = ["-F", "why=because", "-F", "up=@www/image.png;type=image/png", "-F", 'more=@www/with space.txt;filename="a \\"b\\".txt"', "-H", "Expect:"]
    urls = [("/take", form), ("/big.txt", ["-r", "0-9,1000-1999,700000-"])]
    with lab.capture() as capture:
        curl(lab, [], urls)
    tables = lab.analyse(capture, "httpSniffer", ["HTTP_PARTS=1"])
    rows = [row for row in tables["http"] if row["dstPort"] == "80"]
    check.same("files", texts(rows[0]["reqFiles"]), ["image.png", "a %22b%22.txt"])
    check.same("parts", [row["reqParts_respParts"] for row in rows], ["3_0", "0_3"])
    # What nginx passes on to the other server is left out.
    parts = [row for row in tables["httppart"] if row["flowInd"] == rows[0]["flowInd"]]
    big = files["big.txt"]
    contents = [b"because", files["image.png"], files["with%20space.txt"], big[:10], big[1000:2000], big[700000:]]
    check.same("SHA-256 of parts", [row["SHA256"] for row in parts], [hashlib.sha256(content).hexdigest() for content in contents])
    check.same("names", [text(row["name"]) for row in parts], ["why", "up", "more", "", "", ""])
    check.same("types", [text(row["type"]) for row in parts], ["", "image/png", "text/plain"] + ["text/plain"] * 3)
    check.same("whole", {row["whole"] for row in parts}, {"1"})


def http_gzip(lab, check):
    """Compressed on the way, in chunks; with HTTP/1.0 too, where the end of the connection ends the body."""
    nginx(lab)
    urls = [("/big.txt", []), ("/a.txt", []), ("/with%20space.txt", []), ("/image.png", []), ("/big.txt", ["-r", "0-10"])]
    for words, version in ((["--compressed"], "1.1"), (["--compressed", "--http1.0"], "1.0")):
        with lab.capture() as capture:
            reports = curl(lab, words, urls)
        rows = requests(lab, capture)
        # curl tells the version of the response, which nginx gives as its own.
        for row, report in zip(rows, reports):
            check.same("version of the request", row["version"], version)
            row["version"] = report["http_version"]
        compare(check, urls, reports, rows)
        # nginx does not compress for HTTP/1.0.
        check.same("coding", [text(row["coding"]) for row in rows[:4]], ["gzip", "", "gzip", ""] if version == "1.1" else [""] * 4)


class Stream:
    """A socket that several responses are read from."""

    def __init__(self, connection):
        self.file = connection.makefile("rb")

    def makefile(self, _mode):
        self.file.close = lambda: None
        return self.file


def http_pipelined(lab, check):
    """Requests that do not wait for responses: many in one segment, over some connections."""
    files = nginx(lab)
    order = [list(files), ["a.txt"] * 40, ["image.png", "none", "big.txt", "empty.txt", "big.txt"] * 4]
    got = []
    with lab.capture() as capture:
        for names in order:
            with socket.create_connection(("127.0.0.1", 80), timeout=30) as client:
                heads = [f"GET /{name} HTTP/1.1\r\nHost: web.example\r\nAccept-Encoding: gzip\r\n" for name in names]
                client.sendall("\r\n".join(heads).encode() + b"Connection: close\r\n\r\n")
                stream = Stream(client)
                for name in names:
                    response = http.client.HTTPResponse(stream)
                    response.begin()
                    body = response.read()
                    plain = gzip.decompress(body) if response.headers.get("Content-Encoding") == "gzip" else body
                    got.append((f"/{name}", str(response.status), str(len(body)), hashlib.sha256(plain).hexdigest(), "complete"))
    rows = requests(lab, capture)
    rows.sort(key=lambda row: (int(row["flowInd"]), int(row["nr"])))
    ours = [(text(row["uri"]), row["status"], row["respBody"], row["respDecodedSHA256"] or row["respSHA256"] or EMPTY, row["state"]) for row in rows]
    check.same("requests", len(ours), len(got))
    for number, (own, other) in enumerate(zip(ours, got)):
        for what, one, two in zip(("URI", "status", "body", "SHA-256", "state"), own, other):
            check.same(f"request {number} {what}", one, two)
    for number, names in enumerate(order):
        check.same(f"requests of connection {number + 1}", sum(int(row["flowInd"]) == number + 1 for row in rows), len(names))


def http2(lab, check):
    """HTTP/2 without TLS; a connection each, some curls cannot use them again. What is sent fits in one buffer of curl: before 8.7 it
    sends one twice now and then when the socket is full. nghttp sends the big file."""
    nginx(lab, http2=True)
    if "HTTP2" not in lab.run(["curl", "--version"])[0]:
        raise Skip("this curl has no HTTP/2")
    urls = [(url, [word.replace("big", "part") for word in options]) for url, options in URLS]
    with lab.capture() as capture:
        reports = [report for url in urls for report in curl(lab, ["--http2-prior-knowledge", "--compressed"], [url])]
    rows = requests(lab, capture)
    compare(check, urls, reports, rows)
    check.same("SHA-256 of what is sent", sent(rows, "POST"), [file_hash(lab, "www/part.txt")])


def http2_sent(lab, check):
    """A body over HTTP/2 that the windows of both sides do not hold."""
    files = nginx(lab, http2=True)
    with lab.capture() as capture:
        out, _ = lab.run(["nghttp", "-n", "-v", "-d", lab.path("www/big.txt"), "http://127.0.0.1/take"])
    rows = requests(lab, capture)
    check.same("requests", len(rows), 1)
    check.same("status", rows[0]["status"], (re.findall(r":status: (\d+)", out) or ["none"])[0])
    check.same("state", rows[0]["state"], "complete")
    check.same("sent body", rows[0]["reqBody"], str(len(files["big.txt"])))
    check.same("SHA-256 of what is sent", rows[0]["reqSHA256"], file_hash(lab, "www/big.txt"))


def http2_together(lab, check):
    """Requests at the same time over one connection of HTTP/2."""
    files = nginx(lab, http2=True)
    names = ["image.png", "big.txt", "a.txt", "none", "image.png", "big.txt", "empty.txt"] * 3
    with lab.capture() as capture:
        out, _ = lab.run(["nghttp", "-n", "-v", "--no-dep"] + [f"http://127.0.0.1/{name}?{number}" for number, name in enumerate(names)])
    rows = requests(lab, capture)
    out = re.sub(r"\x1b\[[0-9;]*m", "", out)
    statuses = dict(re.findall(r"recv \(stream_id=(\d+)\) :status: (\d+)", out))
    sizes = {stream: 0 for stream in statuses}
    for size, stream in re.findall(r"recv DATA frame <length=(\d+), flags=\w+, stream_id=(\d+)>", out):
        sizes[stream] += int(size)
    check.same("requests that nghttp reports", len(statuses), len(names))
    check.same("requests", len(rows), len(names))
    for row in rows:
        stream, target = row["nr"], text(row["uri"])
        check.same(f"{target} state", row["state"], "complete")
        check.same(f"{target} status", row["status"], statuses.get(stream))
        check.same(f"{target} body", row["respBody"], str(sizes.get(stream)))
        content = files.get(target[1:].split("?")[0])
        if content is not None:
            check.same(f"{target} SHA-256", row["respDecodedSHA256"] or row["respSHA256"] or EMPTY, hashlib.sha256(content).hexdigest())


SCENARIOS = [("http-plain", ["nginx", "curl"], http_plain), ("http-parts", ["nginx", "curl"], http_parts), ("http-gzip", ["nginx", "curl"], http_gzip),
             ("http-pipelined", ["nginx"], http_pipelined), ("http2", ["nginx", "curl"], http2),
             ("http2-sent", ["nginx", "nghttp"], http2_sent), ("http2-together", ["nginx", "nghttp"], http2_together)]
