"""FTP: pyftpdlib, with Python's ftplib and with curl."""
import contextlib
import ftplib
import io
import os
import random
import re

from lab import Skip, text, texts
from mail import SYSTEM_PYTHON

OPTIONS = ["FTP_SAVE=1", "FTP_TABLE=1", "FTP_DATA_TABLE=1", "FTP_MXNMLN=512"]


class Client(ftplib.FTP):
    """Remembers commands and replies."""

    def __init__(self):
        self.told = [["", "", [], []]]
        super().__init__()
        self.connect("127.0.0.1", 21, timeout=30)

    def putline(self, line):
        verb, _, argument = line.partition(" ")
        self.told.append([verb.upper(), argument, [], []])
        super().putline(line)

    def getmultiline(self):
        reply = super().getmultiline()
        self.told[-1][2].append(reply[:3])
        self.told[-1][3].append(reply)
        return reply


def start(lab):
    """Starts the server; yields what is in its file."""
    if lab.run([SYSTEM_PYTHON, "-c", "import pyftpdlib"])[1]:
        raise Skip("there is no pyftpdlib (python3-pyftpdlib)")
    content = random.Random(2).randbytes(500000)
    os.mkdir(lab.path("served"))
    lab.write("served/big.bin", content)
    lab.server([SYSTEM_PYTHON, "-W", "ignore", "-m", "pyftpdlib", "-i", "127.0.0.1", "-p", "21", "-w", "-d", lab.path("served")], 21)
    return content


def talk(client, content):
    """What is asked for; yields the transfers: mode, command, name, bytes."""
    done = []
    client.login("anonymous", "peers@peer.example")
    client.pwd()
    client.mkd("below")
    client.cwd("below")
    for passive in (True, False):
        client.set_pasv(passive)
        mode, got = "passive" if passive else "active", []
        client.cwd("/")
        client.retrbinary("RETR big.bin", got.append)
        done.append((mode, "RETR", "big.bin", b"".join(got)))
        client.storbinary("STOR sent.bin", io.BytesIO(content[:70000]))
        done.append((mode, "STOR", "sent.bin", content[:70000]))
        got = []
        client.retrbinary("RETR big.bin", got.append, rest=400000)
        done.append((mode, "RETR", "big.bin", b"".join(got)))
        got = []
        client.retrbinary("LIST", got.append)
        done.append((mode, "LIST", "", b"".join(got)))
        with contextlib.suppress(ftplib.error_perm):
            client.retrbinary("RETR none.bin", got.append)
    client.size("big.bin")
    client.rename("sent.bin", "moved.bin")
    client.sendcmd("FEAT")
    client.delete("moved.bin")
    with contextlib.suppress(ftplib.error_perm):
        client.sendcmd("STRANGE command")
    client.quit()
    return done


def ftplib_commands(lab, check):
    """Commands with replies, transfers in both modes, what is refused."""
    content = start(lab)
    with lab.capture() as capture:
        client = Client()
        done = talk(client, content)
    tables = lab.analyse(capture, "ftpDecode", OPTIONS)
    check.same("commands", len(tables["ftp"]), len(client.told))
    for row, (verb, argument, codes, replies) in zip(tables["ftp"], client.told):
        same = lambda what, own, other: check.same(f"{verb} {argument}: {what}", own, other)
        same("command", text(row["command"]), verb)
        same("argument", text(row["argument"]), argument)
        same("codes", row["codes"].split(";"), codes)
        if not any("\n" in reply for reply in replies):
            same("replies", [f"{code} {reply}" for code, reply in zip(codes, texts(row["replies"]))], replies)
    transfers(lab, check, tables["ftpData"], done)


def transfers(lab, check, rows, done):
    """Rows of transfers with bytes; the other direction may have one without."""
    rows = [row for row in rows if row["bytes"] != "0"]
    check.same("transfers", len(rows), len(done))
    for number, (row, (mode, verb, name, content)) in enumerate(zip(rows, done)):
        same = lambda what, own, other: check.same(f"transfer {number} {verb} {name} {mode}: {what}", own, other)
        same("mode", row["mode"], mode)
        same("command", text(row["command"]), verb)
        same("name", text(row["name"]), name)
        same("bytes", (row["bytes"], row["missing"], row["complete"]), (str(len(content)), "0", "1"))
        with open(lab.path("flowz_files", "ftpDecode", text(row["file"])), "rb") as file:
            check.true(f"transfer {number}: file", file.read() == content)


def curl_files(lab, check):
    """Files that curl fetches and sends: EPSV and EPRT."""
    content = start(lab)
    done, told = [], []
    lab.write("sent.bin", content[:70000])
    with lab.capture() as capture:
        for mode, words in (("passive", []), ("active", ["-P", "-"]), ("passive", ["--disable-epsv"]), ("active", ["-P", "-", "--disable-eprt"])):
            for more, verb, name in ((["-o", "got"], "RETR", "big.bin"), (["-T", "sent.bin"], "STOR", "sent.bin")):
                url = f"ftp://127.0.0.1/{name}"
                out, errors = lab.run(["curl", "-q", "-s", "-v", "--max-time", "30", "-w", "%{size_download} %{size_upload}"] + words + more + [url])
                size = str(len(content if verb == "RETR" else content[:70000]))
                check.true(f"{verb} {mode}: curl reports {out}", size in out.split())
                done.append((mode, verb, name, content[:int(size)]))
                told.append(re.findall(r"^([<>]) (\S+)(?: (.*?))?\r?$", errors, re.M))
    tables = lab.analyse(capture, "ftpDecode", OPTIONS)
    flows = sorted({int(row["flowInd"]) for row in tables["ftp"]})
    check.same("connections", len(flows), len(told))
    for flow, lines in zip(flows, told):
        rows = [row for row in tables["ftp"] if int(row["flowInd"]) == flow]
        # The QUIT at the end is not shown.
        theirs = [f"{verb} {argument}".strip() for way, verb, argument in lines if way == ">"] + ["QUIT"]
        check.same(f"connection {flow}: commands", [f"{text(row['command'])} {text(row['argument'])}".strip() for row in rows if row["number"] != "0"], theirs)
        codes = [verb for way, verb, _ in lines if way == "<" and re.fullmatch(r"\d{3}", verb)] + ["221"]
        check.same(f"connection {flow}: codes", [code for row in rows for code in row["codes"].split(";") if code], codes)
    transfers(lab, check, tables["ftpData"], done)


SCENARIOS = [("ftp-ftplib", [], ftplib_commands), ("ftp-curl", ["curl"], curl_files)]
