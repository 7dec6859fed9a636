"""Which captures there are: those of a folder, or of a table with the columns path, sensor and start."""
import csv
import datetime
import os
import re
from dataclasses import dataclass

from . import Wrong
from .headers import SECOND, first_time

# Names of files that are taken for captures.
CAPTURE = re.compile(r"\.(pcap|pcapng|cap|dmp)\d*(\.(gz|zst|lz4|xz|bz2))?$")
# What a sensor may be called: it becomes a part of names of files and folders.
SENSOR = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,59}")
UTC = datetime.timezone.utc
YEAR_1970 = datetime.datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Capture:
    """A file; `start` is in nanoseconds since 1970, `slice` names it among those of its sensor, in the order of time."""

    path: str
    sensor: str
    start: int
    slice: str
    size: int

    @property
    def day(self):
        """The day of its start (UTC)."""
        return _moment(self.start).strftime("%Y-%m-%d")


def of_folder(folder, pattern=None, order="name"):
    """All captures below a folder. The sensor is the first sub-folder's name, or what the group `sensor` of `pattern` matches in the
    path within the folder; a group `start` is a date and time, all digits of which count. The order is that of names, or of time."""
    if not os.path.isdir(folder):
        raise Wrong(f"there is no folder '{folder}': name the folder of the captures, or a table of them (.csv, .parquet)")
    expression = re.compile(pattern) if pattern else None
    rows = []
    for at, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = os.path.join(at, name)
            if CAPTURE.search(name) and not name.startswith("."):
                rows.append({"path": path, **_from_name(os.path.relpath(path, folder), expression)})
    if not rows:
        raise Wrong(f"no capture is below '{folder}': their names end in .pcap, .pcapng or .cap, and may be compressed")
    return of_rows(rows, order)


def of_csv(path, order="time"):
    """The captures of a table with a header; `start` may be left out or empty."""
    try:
        with open(path, newline="", encoding="utf-8") as file:
            return of_rows(list(csv.DictReader(file)), order)
    except OSError as error:
        raise Wrong(f"cannot read the table '{path}': {error.strerror}") from error


def of_rows(rows, order="time"):
    """Captures from rows with path, sensor and perhaps start, in an order for each sensor."""
    sensors = {}
    for row in rows:
        path, sensor = row.get("path"), row.get("sensor")
        if not path or not sensor:
            raise Wrong("a capture without path or sensor: the table needs the columns path and sensor, and may have start")
        if not SENSOR.fullmatch(sensor):
            raise Wrong(f"the sensor '{sensor}' of {path}: up to 60 letters, digits and _ . - are a name")
        path = os.path.abspath(path)
        start = _nanoseconds(row.get("start"), path)
        sensors.setdefault(sensor, []).append((path, first_time(path) if start is None else start))
    return [capture for sensor in sorted(sensors) for capture in _of_sensor(sensor, sensors[sensor], order)]


def _of_sensor(sensor, found, order):
    """One sensor's captures in their order. What has no time of its own has that of the one in front of it by name."""
    known, last = [], next((start for _, start in sorted(found) if start is not None), 0)
    for path, start in sorted(found):
        last = last if start is None else start
        name = _slice(last) if start is not None else f"{_slice(last)}-{_plain(os.path.basename(path))}"
        known.append(Capture(path, sensor, last, name, _size(path)))
    if order == "time":
        known.sort(key=lambda capture: (capture.start, capture.slice))
    names = {}
    for capture in known:
        other = names.setdefault(capture.slice, capture)
        if other is not capture:
            raise Wrong(f"{other.path} and {capture.path} of {sensor} both begin at {capture.slice}: leave out one, or give start in a table")
    return known


def _from_name(path, expression):
    """Sensor, and start if it is there, from a path within the folder."""
    if expression is None:
        sensor = path.split(os.sep)[0] if os.sep in path else ""
        if not sensor:
            raise Wrong(f"{path} is in no folder of a sensor: give --sensor-pattern, as '(?P<sensor>[a-z]+)-', or a table")
        return {"sensor": sensor}
    match = expression.search(path)
    if not match or "sensor" not in expression.groupindex:
        raise Wrong(f"the pattern finds no group 'sensor' in {path}: write it as (?P<sensor>...)")
    return match.groupdict()


def _nanoseconds(value, path):
    """A start as seconds since 1970, as ISO 8601, as digits of a date and time, or as a datetime; of no zone is UTC."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        digits = re.sub(r"\D", "", value)
        if re.fullmatch(r"\d{9,10}(\.\d+)?", value):
            whole, _, parts = value.partition(".")
            return int(whole) * SECOND + int(parts[:9].ljust(9, "0"))
        try:
            is_iso = re.match(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d", value)
            # Python before 3.11 does not know the Z.
            value = datetime.datetime.fromisoformat(re.sub("[zZ]$", "+00:00", value)) if is_iso else datetime.datetime.strptime(digits[:14].ljust(14, "0"), "%Y%m%d%H%M%S")
        except ValueError as error:
            raise Wrong(f"the start '{value}' of {path} is no time: give seconds since 1970, or 2026-05-01T10:30:00") from error
    if isinstance(value, datetime.datetime):
        value = value if value.tzinfo else value.replace(tzinfo=UTC)
        return (value - YEAR_1970) // datetime.timedelta(microseconds=1) * 1000
    return int(value * SECOND)


def _moment(nanoseconds):
    return YEAR_1970 + datetime.timedelta(seconds=nanoseconds // SECOND)


def _slice(nanoseconds):
    """A name that sorts as time does: 20260501T103000, with nine digits behind a point if it is no whole second."""
    parts = nanoseconds % SECOND
    return _moment(nanoseconds).strftime("%Y%m%dT%H%M%S") + (f".{parts:09}" if parts else "")


def _plain(name):
    return re.sub(r"[^A-Za-z0-9_.-]", "_", name)[:40]


def _size(path):
    """Bytes; 0 of a file that is not there, which its task tells."""
    try:
        return os.path.getsize(path)
    except OSError:
        return 0
