"""Rows that are JSON objects, as typed values."""
import base64
import json

import txt

# The one column with bytes.
PAYLOAD = "l7Content"
HEX = tuple(txt.DIGITS)


def nanoseconds(text):
    """Seconds with digits behind the point."""
    whole, _, digits = text.lstrip("-").partition(".")
    value = int(whole) * 10**9 + int(digits.ljust(9, "0"))
    return -value if text.startswith("-") else value


def typed(kind, value):
    """A value of JSON as the lab wants it; numbers with a point are still texts."""
    if value is None:
        return None
    if kind.kind == "list":
        return [typed(kind.parts[0], item) for item in value]
    if kind.kind == "compound":
        return tuple(typed(part, item) for part, item in zip(kind.parts, value.values(), strict=True))
    if kind.kind in HEX:
        if len(value) != 2 + txt.DIGITS[kind.kind]:
            raise ValueError(f"{value!r} has another width than {kind.kind}")
        return int(value, 16)
    if kind.kind == "U64.U32":
        return nanoseconds(value)
    if kind.kind in "FD":
        return float(value)
    return value


def rows(table, lines):
    """Names and typed rows of lines that are JSON texts; the names of all rows must be the same."""
    names, found = table.names, []
    for line in lines:
        # What looks like a number with a point stays as it is written: nothing is rounded.
        row = json.loads(line, parse_float=str)
        if list(row) != names:
            return list(row), found
        cells = [typed(kind, value) for kind, value in zip(table.types, row.values())]
        if PAYLOAD in names and table.name == "packets":
            place = names.index(PAYLOAD)
            cells[place] = None if cells[place] is None else base64.b64decode(cells[place], validate=True)
        found.append(cells)
    return names, found


def row(table, line):
    """Names and typed values of an object, along the columns of its table."""
    names, found = rows(table, [line])
    return names, found[0] if found else []
