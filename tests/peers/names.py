"""DNS: dnsmasq, asked by dig over UDP and TCP."""
import re

from lab import text, texts

SERVED = ["--host-record=a.example,192.0.2.1,2001:db8::1,77", "--cname=alias.example,a.example", "--cname=again.example,alias.example",
          "--mx-host=example,mx.example,10", "--mx-host=example,other.example,20", "--txt-record=t.example,v=spf1 -all",
          "--txt-record=t2.example,first,second; part", "--srv-host=_sip._tcp.example,sip.example,5060,1,2",
          "--ptr-record=1.2.0.192.in-addr.arpa,a.example", "--local=/example/", "--local=/0.192.in-addr.arpa/"]
SERVED += [f"--host-record=many.example,198.51.100.{number}" for number in range(1, 101)]
QUESTIONS = ["A a.example", "AAAA a.example", "A alias.example", "A again.example", "MX example", "TXT t.example", "TXT t2.example",
             "SRV _sip._tcp.example", "PTR 1.2.0.192.in-addr.arpa", "A none.example", "AAAA t.example", "A example.org", "A A.eXaMpLe", "A many.example"]
FLAGS = {"qr": 0x8000, "aa": 0x400, "tc": 0x200, "rd": 0x100, "ra": 0x80, "ad": 0x20, "cd": 0x10}


def reports(out):
    """What dig says of each response."""
    for part in out.split(";; ->>HEADER<<- ")[1:]:
        opcode, rcode, number = re.match(r"opcode: (\w+), status: (\w+), id: (\d+)", part).groups()
        flags, *counts = re.search(r"flags: ([\w ]*); QUERY: (\d+), ANSWER: (\d+), AUTHORITY: (\d+), ADDITIONAL: (\d+)", part).groups()
        name, kind = re.search(r"^;(\S+)\s+IN\s+(\w+)$", part, re.M).groups()
        size, protocol = re.search(r"MSG SIZE  rcvd: (\d+)", part), re.search(r"SERVER: .*\((UDP|TCP)\)", part)
        answers = re.findall(r"^([^;\s]\S*)\s+(\d+)\s+IN\s+(\w+)\s+(.*)$", part, re.M)
        yield {"protocol": {"UDP": "17", "TCP": "6"}[protocol.group(1)], "id": f"0x{int(number):04x}", "opcode": opcode, "rcode": rcode,
               "flags": sum(FLAGS[flag] for flag in flags.split()), "counts": "_".join(counts), "name": plain(name), "type": kind, "size": size.group(1),
               "answers": [(plain(owner), ttl, its_kind, rdata(its_kind, data)) for owner, ttl, its_kind, data in answers]}


def plain(name):
    return name[:-1] if name.endswith(".") else name


def rdata(kind, data):
    """Data of a record as dnsDecode writes it: names without the last point, texts in a row."""
    if kind == "TXT":
        return " ".join(re.sub(r"\\(.)", r"\1", part) for part in re.findall(r'"((?:[^"\\]|\\.)*)"', data))
    return plain(data)


def compare(check, what, asked, theirs, rows):
    """Rows of dnsDecode with dig's reports, in order."""
    check.same(f"{what}: responses of dig", len(theirs), asked)
    check.same(f"{what}: rows", len(rows), asked)
    for other, row in zip(theirs, rows):
        same = lambda column, own, value: check.same(f"{what} {other['type']} {other['name']}: {column}", own, value)
        same("kind", (row["dnsKind"], row["l4Proto"], row["dnsTries"], row["dnsRespCnt"]), ("query", other["protocol"], "1", "1"))
        for column, own in (("id", "dnsID"), ("opcode", "dnsOpcode"), ("rcode", "dnsRcode"), ("type", "dnsQType"), ("size", "dnsRespSize"),
                            ("counts", "dnsCntQu_Asw_Aux_Add")):
            same(column, row[own], other[column])
        same("name", text(row["dnsQuery"]), other["name"])
        same("flags", int(row["dnsRespHdr"], 16) & 0xfff0, other["flags"])
        same("truncated", row["dnsTrunc"], str(int(other["flags"] & FLAGS["tc"] != 0)))
        same("missing", (row["dnsQMissing"], row["dnsRespMissing"]), ("0", "0"))
        answers = list(zip(*(texts(row[own]) for own in ("dnsAnames", "dnsTTLs", "dnsATypes", "dnsAnswers"))))
        same("answers", answers, other["answers"])


def questions(lab, check):
    """All questions over UDP, with and without EDNS, cut, and over TCP; over one connection too."""
    lab.server(["dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--port=53", "--listen-address=127.0.0.1", "--bind-interfaces",
                "--pid-file=", "--user=root", "--no-poll"] + SERVED, 53)
    ways = {"UDP": ["+notcp", "+ignore"], "UDP without EDNS": ["+noedns", "+ignore"], "UDP with DO": ["+dnssec", "+ignore"],
            "UDP, without recursion": ["+norecurse", "+cd", "+noad", "+ignore"], "TCP": ["+tcp"], "one TCP": ["+tcp", "+keepopen"]}
    asked = [word for question in QUESTIONS for word in reversed(question.split())]
    for what, options in ways.items():
        with lab.capture() as capture:
            out, _ = lab.run(["dig", "@127.0.0.1", "+tries=1", "+time=10"] + options + asked)
        theirs = list(reports(out))
        compare(check, what, len(QUESTIONS), theirs, lab.analyse(capture, "dnsDecode")["dns"])
    # What is cut is asked again over TCP; dig shows the second response only.
    with lab.capture() as capture:
        out, _ = lab.run(["dig", "@127.0.0.1", "+tries=1", "+noedns", "many.example", "A"])
    rows = lab.analyse(capture, "dnsDecode")["dns"]
    check.same("cut, then over TCP", [(row["l4Proto"], row["dnsTrunc"]) for row in rows], [("17", "1"), ("6", "0")])
    compare(check, "cut, then over TCP", 1, list(reports(out)), rows[1:])


SCENARIOS = [("dns", ["dnsmasq", "dig"], questions)]
