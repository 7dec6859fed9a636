import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, Optional, Union

import pandas
import polars
import pyarrow

from ._errors import DamagedInput as DamagedInput
from ._errors import Error as Error
from ._errors import InputError as InputError
from ._errors import UsageError as UsageError

__version__: str

_Path = Union[str, os.PathLike[str]]
_Source = Union[_Path, Iterable[_Path], bytes, bytearray, memoryview]
_Names = Union[str, Iterable[str], None]
_Options = Union[Mapping[str, object], Iterable[str], str, None]
_Config = Union[_Path, Iterable[_Path], None]
_Progress = Union[Callable[[int, Optional[int], int], object], bool, None]

class Column(NamedTuple):
    name: str
    type: str
    unit: str
    description: str
    plugin: str

class Plugin(NamedTuple):
    name: str
    number: int
    summary: str
    default: bool

class Table:
    name: str
    def __arrow_c_stream__(self, requested_schema: object = None) -> object: ...
    def __arrow_c_schema__(self) -> object: ...
    def __iter__(self) -> Iterator[dict[str, Any]]: ...
    def __enter__(self) -> Table: ...
    def __exit__(self, *_: object) -> None: ...
    def close(self) -> None: ...
    @property
    def columns(self) -> list[str]: ...
    @property
    def schema(self) -> pyarrow.Schema: ...
    def to_arrow(self) -> pyarrow.Table: ...
    def to_pandas(self, **options: Any) -> pandas.DataFrame: ...
    def to_polars(self) -> polars.DataFrame: ...
    @property
    def report(self) -> Optional[str]: ...
    @property
    def counters(self) -> Optional[dict[str, Any]]: ...
    @property
    def damages(self) -> Optional[list[str]]: ...
    @property
    def remarks(self) -> Optional[list[str]]: ...

def table(
    name: str,
    source: _Source,
    *,
    plugins: _Names = None,
    options: _Options = None,
    config: _Config = None,
    filter: Optional[str] = None,
    where: Optional[str] = None,
    fields: _Names = None,
    threads: Optional[int] = None,
    batch_rows: int = 65536,
    progress: _Progress = None,
    compat: bool = False,
    max_flows: Optional[int] = None,
    max_mem: Optional[int] = None,
    sensor: int = 666,
    prefix: Optional[_Path] = None,
) -> Table: ...
def flows(
    source: _Source,
    *,
    plugins: _Names = None,
    options: _Options = None,
    config: _Config = None,
    filter: Optional[str] = None,
    where: Optional[str] = None,
    fields: _Names = None,
    threads: Optional[int] = None,
    batch_rows: int = 65536,
    progress: _Progress = None,
    compat: bool = False,
    max_flows: Optional[int] = None,
    max_mem: Optional[int] = None,
    sensor: int = 666,
    prefix: Optional[_Path] = None,
) -> Table: ...
def packets(
    source: _Source,
    *,
    plugins: _Names = None,
    options: _Options = None,
    config: _Config = None,
    filter: Optional[str] = None,
    where: Optional[str] = None,
    fields: _Names = None,
    threads: Optional[int] = None,
    batch_rows: int = 65536,
    progress: _Progress = None,
    compat: bool = False,
    max_flows: Optional[int] = None,
    max_mem: Optional[int] = None,
    sensor: int = 666,
    prefix: Optional[_Path] = None,
) -> Table: ...
def columns(plugins: _Names = None, table: str = "flows", *, options: _Options = None, config: _Config = None) -> list[Column]: ...
def tables(plugins: _Names = None, *, options: _Options = None, config: _Config = None) -> dict[str, str]: ...
def plugins() -> list[Plugin]: ...
