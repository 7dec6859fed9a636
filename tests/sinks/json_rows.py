"""Rows that are JSON objects, as typed values."""
import json

# Columns of texts that are payload: hexadecimal digits.
PAYLOAD = {"l7Content"}


def row(table, text):
    """Names and typed values of an object, along the columns of its table."""
    found = json.loads(text)
    kinds = zip(table.types, table.names)
    values = [typed(kind, found.get(name), name in PAYLOAD) for kind, name in kinds]
    return list(found), values


def typed(kind, value, is_payload=False):
    """A value as `txt.shown` takes it."""
    if value is None:
        return None
    if kind.kind == "list":
        return [typed(kind.parts[0], item) for item in value]
    if kind.kind == "compound":
        return tuple(typed(part, item) for part, item in zip(kind.parts, value, strict=True))
    if kind.kind in ("H8", "H16", "H32", "H64"):
        if len(value) != 2 + int(kind.kind[1:]) // 4:
            raise ValueError(f"{value!r} has another width than {kind.kind}")
        return int(value, 16)
    if kind.kind == "U64.U32":
        seconds, nanoseconds = value.split(".")
        return int(seconds) * 10**9 + int(nanoseconds)
    return bytes.fromhex(value) if is_payload else value
