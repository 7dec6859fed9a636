"""Flows, packets and other tables of captures, as Arrow streams.

>>> import flowz
>>> flows = flowz.flows("x.pcap").to_pandas()

Rows come while the captures are read, on threads that never hold Python's lock. See docs/python.md.
"""
import os
import sys
from collections.abc import Mapping
from typing import NamedTuple

from . import _flowz
from ._errors import DamagedInput, Error, InputError, UsageError
from ._flowz import __version__

__all__ = [
    "Column", "DamagedInput", "Error", "InputError", "Plugin", "Table", "UsageError", "__version__", "columns", "flows", "packets", "plugins",
    "table", "tables",
]


class Column(NamedTuple):
    """A column of a table."""

    name: str
    type: str
    unit: str
    description: str
    plugin: str


class Plugin(NamedTuple):
    """A plugin; `default` ones take part if a call names no others."""

    name: str
    number: int
    summary: str
    default: bool


class Table:
    """A table whose rows come while its captures are read. They can be read once, by one reader.

    Whatever takes an Arrow stream (the PyCapsule interface) takes a table: `pyarrow.table(t)`, `polars.DataFrame(t)`,
    `duckdb.from_arrow(t)`. A table that nobody reads to its end is closed with `close`, by `with`, or when it goes away.
    """

    def __init__(self, stream, name):
        self._stream, self.name = stream, name

    def __arrow_c_stream__(self, requested_schema=None):
        return self._stream.__arrow_c_stream__(requested_schema)

    def __arrow_c_schema__(self):
        return self._stream.__arrow_c_schema__()

    def __iter__(self):
        return self._stream.rows()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __repr__(self):
        return f"<flowz table '{self.name}' with {len(self.columns)} columns>"

    def close(self):
        """Ends the run, if it goes on."""
        self._stream.close()

    @property
    def columns(self):
        """Names of the columns."""
        return self._stream.names()

    @property
    def schema(self):
        """The columns as a `pyarrow.Schema`, with description, unit and plugin of each as its metadata."""
        return _module("pyarrow", "schema").schema(self)

    def to_arrow(self):
        """All rows as a `pyarrow.Table`."""
        pyarrow = _module("pyarrow", "to_arrow")
        return self._read(lambda source: pyarrow.RecordBatchReader.from_stream(source).read_all())

    def to_pandas(self, **options):
        """All rows as a `pandas.DataFrame`; `options` are those of `pyarrow.Table.to_pandas`.

        Numbers, texts and moments have the types that pandas has of its own, where whole numbers with missing values become floats; lists and
        compounds stay Arrow's (`pandas.ArrowDtype`). `types_mapper=pandas.ArrowDtype` keeps all types, `types_mapper=None` makes lists and
        dictionaries of Python.
        """
        pandas, pyarrow = _module("pandas", "to_pandas"), _module("pyarrow", "to_pandas")

        def kept(kind):
            return pandas.ArrowDtype(kind) if pyarrow.types.is_nested(kind) else None

        # The columns go one by one, so that both forms of all of them are not there at once.
        return self.to_arrow().to_pandas(**{"types_mapper": kept, "self_destruct": True, "split_blocks": True, **options})

    def to_polars(self):
        """All rows as a `polars.DataFrame`."""
        polars = _module("polars", "to_polars")
        return self._read(polars.DataFrame)

    def _read(self, reader):
        try:
            return reader(_Own(self._stream))
        except BaseException:
            raised = self._stream.raised()
            if raised is None:
                raise
        # That of the other library says less.
        raise raised

    @property
    def report(self):
        """The end report; `None` before all rows are read."""
        return self._stream.report()

    @property
    def counters(self):
        """What was counted; `None` before all rows are read. Every packet is in one of the `buckets`."""
        return self._stream.counters()

    @property
    def damages(self):
        """What is wrong with the captures, a sentence each; `None` before all rows are read."""
        return self._stream.damages()

    @property
    def remarks(self):
        """What is odd about the captures, a sentence each; `None` before all rows are read."""
        return self._stream.remarks()


class _Own:
    """A stream whose reader asks for the exception if reading fails."""

    def __init__(self, stream):
        self._stream = stream

    def __arrow_c_stream__(self, requested_schema=None):
        return self._stream.own_stream()


class _Bar:
    """Shows how far a run is, in one line on standard error."""

    def __init__(self):
        self._width = 0

    def __call__(self, done, total, packets):
        share = f"{100 * done / total:5.1f} %" if total else f"{done / 1e6:.1f} MB"
        text = f"flowz: {share}, {packets} packets"
        self._width = max(self._width, len(text))
        is_over = total is not None and done >= total
        sys.stderr.write("\r" + text.ljust(self._width) + ("\n" if is_over else ""))
        sys.stderr.flush()


def _module(name, method):
    try:
        return __import__(name)
    except ImportError as error:
        raise ImportError(f"{method} needs the module {name}: pip install {name}") from error


def _texts(value, what):
    """A list of texts, or one with commas between them."""
    if value is None:
        return None
    names = value.split(",") if isinstance(value, str) else list(value)
    if not all(isinstance(name, str) for name in names):
        raise TypeError(f"{what}: a list of names is wanted")
    return [name.strip() for name in names if name.strip()]


def _value(value):
    return str(int(value)) if isinstance(value, bool) else str(value)


def _setup(plugins, options, config):
    if isinstance(options, Mapping):
        options = [f"{name}={_value(value)}" for name, value in options.items()]
    elif isinstance(options, str):
        options = [options]
    if config is None:
        config = []
    elif isinstance(config, (str, os.PathLike)):
        config = [config]
    return {
        "plugins": _texts(plugins, "plugins"),
        "options": list(options or []),
        "config": [os.fspath(path) for path in config],
    }


def _source(source):
    if isinstance(source, (bytes, bytearray, memoryview)):
        return bytes(source)
    if isinstance(source, (str, os.PathLike)):
        source = [source]
    paths = [os.fspath(path) for path in source]
    if not paths:
        raise UsageError("no capture is named: give a path, a list of paths, or bytes")
    return [os.fsdecode(path) for path in paths]


def table(name, source, *, plugins=None, options=None, config=None, filter=None, where=None, fields=None, threads=None, batch_rows=65536,
          progress=None, compat=False, max_flows=None, max_mem=None, sensor=666, prefix=None):
    """The table of this name: `flows`, `packets`, or one of a plugin (see `tables`).

    source      A path, a list of paths that are read as one capture, or the bytes of a capture.
    plugins     Names, as behind `--plugins`: `["+dnsDecode"]`, `["basicFlow", "tcpFlags"]`, `"all"`.
    options     Settings: `{"core.FLOW_TIMEOUT": 60}`, or a list of `"core.FLOW_TIMEOUT=60"`.
    config      A file of settings, or several, the weakest first. Others are not looked for, nor is the environment.
    filter      An expression of libpcap on packets.
    where       A condition on rows, as behind `--where`.
    fields      Names of the columns, in their order.
    threads     As many as there are processors if nothing is said; rows are the same for any number.
    batch_rows  Most rows of a batch; batches that wait take some megabytes each, however many rows they have.
    progress    Called with bytes, all bytes (or `None`) and packets about ten times a second while rows are read; `True` shows a line.
    compat      Values as the reference gives them, also where it is wrong.
    max_flows   Most flows that live at once.
    max_mem     Most bytes of memory for what grows with the input.
    sensor      A number that the table has in its metadata, and columns of some plugins.
    prefix      Files that plugins write are called so, with ends of their own; as the capture if nothing is said.
    """
    if threads is not None and threads < 1:
        raise UsageError("threads: at least one is needed")
    if batch_rows < 1:
        raise UsageError("batch_rows: at least one is needed")
    if progress is True:
        progress = _Bar()
    elif progress is False:
        progress = None
    job = {
        "source": _source(source), "setup": _setup(plugins, options, config), "table": name, "filter": filter, "condition": where,
        "fields": _texts(fields, "fields") or [], "threads": threads, "batch_rows": batch_rows, "compat": compat, "max_flows": max_flows,
        "max_mem": max_mem, "sensor": sensor, "prefix": None if prefix is None else os.fspath(prefix),
    }
    return Table(_flowz.start(job, progress), name)


def flows(source, **options):
    """The flow table: a row for each direction of a conversation. See `table` for the options."""
    return table("flows", source, **options)


def packets(source, **options):
    """The packet table: a row for each packet. See `table` for the options."""
    return table("packets", source, **options)


def columns(plugins=None, table="flows", *, options=None, config=None):
    """The columns that a table would have."""
    return [Column(*column) for column in _flowz.columns(_setup(plugins, options, config), table)]


def tables(plugins=None, *, options=None, config=None):
    """The tables that there would be: what each is about, by its name."""
    return dict(_flowz.tables(_setup(plugins, options, config)))


def plugins():
    """All plugins."""
    return [Plugin(*plugin) for plugin in _flowz.plugins()]
