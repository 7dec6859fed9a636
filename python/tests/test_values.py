"""Values are those of the text tables, cell by cell, whoever reads them."""
import os
import warnings

import duckdb
import lab
import pandas
import polars
import pyarrow
import pytest

import columns
import flowz
from conftest import data

# Captures that are compared, at most: with all plugins and all tables each takes a second.
MOST = 40
# Among them, those that are compared with other readers too.
FEW = ["web.pcap", "call.pcap", "rare.pcap", "many.pcap", "ssh-ping.pcapng"]


@pytest.fixture(autouse=True)
def damages_are_compared_elsewhere():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", flowz.DamagedInput)
        yield


def all_tables(place, capture):
    """The tables of txt of a capture by their names; none if it cannot be read."""
    return (place.tables(capture, [])[0] or {}).items()


def test_cells_types_and_meanings(place):
    check, captures = lab.Check(), place.captures()
    for capture in captures[:: max(1, len(captures) // MOST)]:
        for name, table in all_tables(place, capture):
            got = flowz.table(name, capture, plugins="all", prefix=place.path("x"))
            read, what = got.to_arrow(), f"{os.path.basename(capture)} {name}"
            check.table(what, table, read.column_names, columns.rows(read))
            columns.schema(check, what, read.schema, table)
            check.same(f"{what} rows counted", got.counters["rows"], len(table.rows))
            if len(check.wrong) > 20:
                break
    assert not check.wrong, "\n".join(check.wrong[:20])
    assert check.values > 10_000
    print(f"{check.values} values")


@pytest.mark.parametrize("name", FEW)
def test_rows_are_those_of_txt(place, name):
    check, capture = lab.Check(), data(name)
    for table_name, table in all_tables(place, capture):
        rows = list(flowz.table(table_name, capture, plugins="all", prefix=place.path("x")))
        for row in rows:
            assert list(row) == table.names
        names = list(rows[0]) if rows else table.names
        check.table(f"{name} {table_name}", table, names, [tuple(row.values()) for row in rows])
    assert not check.wrong, "\n".join(check.wrong[:20])
    assert check.values > 500


@pytest.mark.parametrize("name", FEW)
def test_all_readers_read_the_same(name):
    capture = data(name)
    for table in ("flows", "packets"):
        read = lambda: flowz.table(table, capture)
        arrow = read().to_arrow()
        assert pyarrow.table(read()).equals(arrow)
        polar = read().to_polars()
        assert polar.equals(polars.DataFrame(arrow))
        assert polar.equals(polars.DataFrame(read()))
        frame = read().to_pandas(types_mapper=pandas.ArrowDtype)
        assert pyarrow.Table.from_pandas(frame, preserve_index=False).cast(arrow.schema).equals(arrow)
        if hasattr(pandas.DataFrame, "from_arrow"):
            assert len(pandas.DataFrame.from_arrow(read())) == arrow.num_rows
        stream = read()
        count = duckdb.sql("select count(*), count(distinct \"flowInd\") from stream").fetchall()[0]
        assert count == (arrow.num_rows, len(set(arrow["flowInd"].to_pylist())))


def test_nulls_and_numbers_in_pandas(tmp_path):
    def read():
        return flowz.flows(data("call.pcap"), plugins="all", prefix=tmp_path / "x")

    frame, arrow = read().to_pandas(), read().to_arrow()
    assert any(arrow[name].null_count for name in arrow.column_names)
    for field in arrow.schema:
        if pyarrow.types.is_integer(field.type) and not arrow[field.name].null_count:
            assert frame[field.name].dtype == field.type.to_pandas_dtype(), field
        if not pyarrow.types.is_floating(field.type):
            assert frame[field.name].isna().sum() == arrow[field.name].null_count, field
        if pyarrow.types.is_nested(field.type):
            assert frame[field.name].dtype == pandas.ArrowDtype(field.type), field
    plain = read().to_pandas(types_mapper=None)
    assert not any(isinstance(kind, pandas.ArrowDtype) for kind in plain.dtypes)
    kept = read().to_pandas(types_mapper=pandas.ArrowDtype)
    assert all(isinstance(kind, pandas.ArrowDtype) for kind in kept.dtypes)
    assert str(frame["timeFirst"].dtype) == "datetime64[ns, UTC]"


def test_no_copy(web):
    """What pyarrow reads lies where the stream has put it: a reader of the same batch sees the same addresses."""
    batch = next(iter(pyarrow.RecordBatchReader.from_stream(flowz.flows(web))))
    again = pyarrow.record_batch(batch)
    frame = polars.DataFrame(batch)
    place = batch.schema.get_field_index("flowInd")
    address = batch.column(place).buffers()[1].address
    assert address and again.column(place).buffers()[1].address == address
    assert frame["flowInd"].to_arrow().buffers()[1].address == address
    # Numbers without missing values go to numpy as they are.
    assert batch.column(place).to_numpy(zero_copy_only=True).__array_interface__["data"][0] == address
    # The memory is that of the compiled part, which gives it back when the batch goes: pyarrow's pool knows nothing of it.
    before = pyarrow.total_allocated_bytes()
    whole = flowz.flows(web).to_arrow()
    assert whole.nbytes > 0 and pyarrow.total_allocated_bytes() == before


@pytest.mark.parametrize("threads", [2, 3, 8])
def test_any_number_of_threads(many, threads):
    one = flowz.flows(many, threads=1).to_arrow()
    assert one.num_rows == 100_000
    assert flowz.flows(many, threads=threads, batch_rows=1000).to_arrow().equals(one)


def test_batches(many):
    reader = pyarrow.RecordBatchReader.from_stream(flowz.packets(many, batch_rows=10_000, fields="pktNo,flowInd"))
    sizes, numbers = [], []
    for batch in reader:
        sizes.append(batch.num_rows)
        numbers += batch["pktNo"].to_pylist()
    assert sizes == [10_000] * 40
    assert numbers == list(range(1, 400_001))
