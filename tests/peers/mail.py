"""SMTP: aiosmtpd, with Python's smtplib and with curl."""
import hashlib
import re
import smtplib

from lab import Skip, text, texts

SYSTEM_PYTHON = "/usr/bin/python3"
LINES = ["From: Anna <anna@peer.example>", "To: bert@peer.example", "Subject: Greetings", "", "Text.", ".begins with a dot", "..and with two", ".", "",
         "Gr\u00fcezi"] + ["end " * 200] * 30
SENDER, RECIPIENTS = "anna@peer.example", ["bert@peer.example", "carl@peer.example"]


class Client(smtplib.SMTP):
    """Remembers commands and replies."""

    def __init__(self):
        self.told = [["(greeting)", ""]]
        super().__init__("127.0.0.1", 25, local_hostname="client.example", timeout=30)

    def putcmd(self, cmd, args=""):
        self.told.append([cmd.upper(), args])
        super().putcmd(cmd, args)

    def getreply(self):
        code, reply = super().getreply()
        if len(self.told[-1]) > 2:
            self.told.append(["(end)", ""])
        self.told[-1] += [str(code), reply.decode().replace("\n", " / ")]
        return code, reply


def start(lab):
    """Starts the server, which keeps mails in a folder."""
    if lab.run([SYSTEM_PYTHON, "-c", "import aiosmtpd"])[1]:
        raise Skip("there is no aiosmtpd (python3-aiosmtpd)")
    lab.server([SYSTEM_PYTHON, "-m", "aiosmtpd", "-n", "-u", "-l", "127.0.0.1:25", "-c", "aiosmtpd.handlers.Mailbox", lab.path("mails")], 25)


def smtplib_commands(lab, check):
    """Commands with replies, mails, what is refused."""
    start(lab)
    content = "\r\n".join(LINES).encode()
    with lab.capture() as capture:
        with Client() as client:
            client.ehlo()
            client.noop()
            client.docmd("VRFY", "bert@peer.example")
            client.docmd("STRANGE", "command")
            client.sendmail(SENDER, RECIPIENTS, content, ["SIZE=30000"])
            client.mail("second@peer.example")
            client.rcpt("two words@")
            client.rset()
            client.sendmail("", RECIPIENTS[:1], b"Subject: second\r\n\r\nshort\r\n")
    tables = lab.analyse(capture, "smtpDecode", ["SMTP_CMD_TABLE=1"])
    ours = [[text(row[column]) for column in ("command", "argument", "code", "reply")] for row in tables["smtpCommands"]]
    check.same("commands", len(ours), len(client.told))
    for own, other in zip(ours, client.told):
        for what, one, two in zip(("command", "argument", "code", "reply"), own, other):
            check.same(f"{other[0]} {other[1]}: {what}", one, two)
    first, second = content + b"\r\n", b"Subject: second\r\n\r\nshort\r\n"
    expected = [(f"<{SENDER}>", RECIPIENTS, first, "Greetings"), ("<>", RECIPIENTS[:1], second, "second")]
    mails(check, "smtplib", tables["smtp"], expected)


def mails(check, what, rows, expected):
    check.same(f"{what}: mails", len(rows), len(expected))
    for row, (sender, recipients, content, subject) in zip(rows, expected):
        same = lambda column, own, other: check.same(f"{what} {subject}: {column}", own, other)
        same("sender", text(row["sender"]).strip("<>"), sender.strip("<>"))
        same("recipients", [name.strip("<>") for name in texts(row["recipients"])], recipients)
        same("size", row["size"], str(len(content)))
        same("SHA-256", row["sha256"], hashlib.sha256(content).hexdigest())
        same("subject", text(row["subject"]), subject)
        same("reply", (row["complete"], row["code"], row["missing"]), ("1", "250", "0"))


def curl_mail(lab, check):
    """A mail that curl sends; what it shows with -v."""
    start(lab)
    content = "\r\n".join(LINES + [""]).encode()
    lab.write("mail.txt", content)
    words = ["curl", "-q", "-s", "-v", "--max-time", "30", "smtp://127.0.0.1/client.example", "-T", "mail.txt", "--mail-from", SENDER]
    with lab.capture() as capture:
        out = lab.run(words + [word for name in RECIPIENTS for word in ("--mail-rcpt", name)])[1]
    tables = lab.analyse(capture, "smtpDecode", ["SMTP_CMD_TABLE=1"])
    # The QUIT at the end is not shown.
    theirs = re.findall(r"^> ([A-Z].*?)\r?$", out, re.M)
    ours = [" ".join([row["command"].strip('"'), text(row["argument"])]).strip() for row in tables["smtpCommands"]]
    check.same("commands", [command for command in ours if command[0] != "("], theirs + ["QUIT"])
    codes = re.findall(r"^< (\d{3}) ", out, re.M)
    check.same("codes", [row["code"] for row in tables["smtpCommands"]], codes + ["221"])
    mails(check, "curl", tables["smtp"], [(f"<{SENDER}>", RECIPIENTS, content, "Greetings")])


SCENARIOS = [("smtp-smtplib", [], smtplib_commands), ("smtp-curl", ["curl"], curl_mail)]
