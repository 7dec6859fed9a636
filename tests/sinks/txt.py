"""The tables as the sink txt writes them, and typed values of other sinks in the words of txt.

What a sink wrote is read back by a foreign program as typed values: `None`, `int`, `float`, `str` (texts, words, addresses as the standard
library writes them), `bytes` (payload), nanoseconds as `int` for moments and lengths of time, `list` for lists, `tuple` for compounds.
`shown` writes such a value as txt does, so that cells are compared as they are.
"""
import json
import re
import struct
import subprocess

# How the default form of txt writes bit fields, by their type.
DIGITS = {"H8": 2, "H16": 4, "H32": 8, "H64": 16}
LETTERS = {0x08: "\\b", 0x0c: "\\f", 0x0a: "\\n", 0x0d: "\\r", 0x09: "\\t", 0x0b: "\\v", 0x5c: "\\\\"}
# What steers a terminal and is not ASCII.
STEERS = [*range(0x80, 0xa0), 0x061c, 0x200e, 0x200f, 0x2028, 0x2029, *range(0x202a, 0x202f), *range(0x2066, 0x206a)]


class Type:
    """A type as `flowz --columns` names it: a simple one, a compound, or a list."""

    def __init__(self, kind, parts=()):
        self.kind, self.parts = kind, parts

    @staticmethod
    def parse(text):
        kind, rest = Type._compound(text)
        if rest:
            raise ValueError(f"a type ends before {rest!r}: {text!r}")
        return kind

    @staticmethod
    def _compound(text):
        parts = []
        while True:
            part, text = Type._one(text)
            parts.append(part)
            if not text.startswith("_"):
                break
            text = text[1:]
        kind = parts[0] if len(parts) == 1 else Type("compound", parts)
        while text.startswith(":R"):
            kind, text = Type("list", [kind]), text[2:]
        return kind, text

    @staticmethod
    def _one(text):
        if text.startswith("("):
            inside, rest = Type._compound(text[1:])
            if not rest.startswith(")"):
                raise ValueError(f"no end of a compound: {text!r}")
            return inside, rest[1:]
        word = re.match(r"U64\.U32|[A-Z]+[0-9]*X?", text).group()
        return Type(word), text[len(word):]


class Table:
    """Names and types of the columns, and the rows as texts."""

    def __init__(self, name, columns, rows):
        self.name, self.rows = name, rows
        self.names = [column["name"] for column in columns]
        self.types = [Type.parse(column["type"]) for column in columns]
        self.units = [column["unit"] for column in columns]
        self.docs = [column["description"] for column in columns]

    def shown(self, row, like):
        """A row of typed values in the words of txt; `like` is the row of txt, which says how many digits its numbers have."""
        return [shown(kind, value, self.name != "packets", text) for kind, value, text in zip(self.types, row, like)]


def columns(flowz, words):
    """The tables of such a run and their columns."""
    out = subprocess.run([flowz, "--columns=json", *words], check=True, capture_output=True, text=True).stdout
    return json.loads(out)


def read(prefix, described):
    """The tables of a run by their names, from files of the sink txt; those without a file are empty."""
    tables = {}
    for name, fields in described.items():
        rows = []
        try:
            with open(f"{prefix}_{name}.txt", encoding="utf-8", newline="\n") as file:
                rows = [line.rstrip("\n").split("\t") for line in file][1:]
        except FileNotFoundError:
            pass
        tables[name] = Table(name, fields, rows)
    return tables


def shown(kind, value, quotes, like):
    """A value in the words of txt."""
    if kind.kind == "list":
        return ";".join(shown(kind.parts[0], item, quotes, like) for item in value)
    if value is None:
        # A column that may be empty is empty, one that always has an address has a sign for none.
        return "-" if kind.kind == "IPX" and like != "" else ""
    if kind.kind == "compound":
        inner = [(part, shown(part, item, quotes, like)) for part, item in zip(kind.parts, value, strict=True)]
        return "_".join(f"({text})" if part.kind == "compound" else text for part, text in inner)
    return simple(kind.kind, value, quotes, like)


def simple(kind, value, quotes, like):
    """A value that consists of no others."""
    if kind in DIGITS:
        return f"0x{value:0{DIGITS[kind]}x}"
    if kind == "U64.U32":
        digits = decimals(like)
        nanos = f"{value % 10**9:09d}"
        return f"{value // 10**9}.{nanos[:digits] if digits == 6 else nanos}"
    if kind == "F":
        return f"{struct.unpack('f', struct.pack('f', value))[0]:.7g}"
    if kind == "D":
        return f"{value:.{decimals(like)}f}"
    if kind == "S" and isinstance(value, bytes):
        return payload(value)
    if kind == "S":
        return f'"{text(value)}"' if quotes else text(value)
    if kind == "SC":
        return text(value)
    return str(value)


def decimals(like):
    """Digits behind the first point of a cell."""
    found = re.search(r"\.([0-9]+)", like)
    return len(found.group(1)) if found else 6


def payload(data):
    """Bytes of a packet."""
    return "".join(LETTERS.get(byte) or (chr(byte) if 0x20 <= byte < 0x7f else ".") for byte in data)


def text(value):
    """A text; `\\xNN` stands for a byte that is no UTF-8."""
    data = re.sub(rb"\\x([89a-f][0-9a-f])", lambda found: bytes([int(found.group(1), 16)]), value.encode().replace(b"\\x00", b"\0"))
    out = []
    for char in data.decode(errors="replace"):
        code = ord(char)
        if code == 0xfffd:
            out.append(".")
        elif char == '"':
            out.append('\\"')
        elif code in LETTERS:
            out.append(LETTERS[code])
        elif code < 0x20 or code == 0x7f or code in STEERS:
            out.append(f"\\u{code:04X}")
        else:
            out.append(char)
    return "".join(out)
