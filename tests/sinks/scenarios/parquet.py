"""Sink parquet, read by pyarrow and DuckDB."""
import glob
import os
import subprocess

import columns

# Captures whose tables DuckDB reads too: each takes it longer than pyarrow.
FOR_DUCKDB = 12
# The type of moments in DuckDB from 2.0 on, and in older versions.
MOMENTS = ("TIMESTAMPTZ_NS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE")


def round_trip(lab, check):
    """All values, types and metadata of all tables, read by pyarrow."""
    pq = columns.module("pyarrow.parquet")
    for capture in lab.captures():
        tables, prefix = lab.tables(capture, ["parquet"])
        for name, table in (tables or {}).items():
            what = f"{os.path.basename(capture)} {name}"
            read = pq.read_table(f"{prefix}_{name}.parquet")
            check.table(what, table, read.column_names, columns.rows(read))
            columns.schema(check, what, read.schema, table)
        columns.remove(glob.glob(f"{prefix}_*"))


def duckdb_values(value):
    """Values of DuckDB as typed values."""
    if isinstance(value, dict):
        return tuple(duckdb_values(part) for part in value.values())
    if isinstance(value, list):
        return [duckdb_values(item) for item in value]
    return bytes(value) if isinstance(value, (bytearray, memoryview)) else value


def duckdb(lab, check):
    """All values of some captures, read by DuckDB; moments are numbers there, because Python's have no nanoseconds."""
    database, pq = columns.module("duckdb").connect(), columns.module("pyarrow.parquet")
    for capture in lab.captures()[:FOR_DUCKDB]:
        tables, prefix = lab.tables(capture, ["parquet"])
        for name, table in (tables or {}).items():
            what, path = f"{os.path.basename(capture)} {name}", f"{prefix}_{name}.parquet"
            kinds = database.execute(f"describe select * from '{path}'").fetchall()
            # Moments within lists have no function that makes numbers of them: pyarrow reads these columns.
            nested = [place for place, (_, kind, *_) in enumerate(kinds) if "TIMESTAMP" in kind and kind not in MOMENTS]
            words = [f'epoch_ns("{column}")' if kind in MOMENTS else f'"{column}"' for column, kind, *_ in kinds]
            rows = database.execute(f"select {', '.join(words)} from '{path}'").fetchall()
            rows = [list(map(duckdb_values, row)) for row in rows]
            for place in nested:
                for row, value in zip(rows, columns.values(pq.read_table(path)[kinds[place][0]].combine_chunks())):
                    row[place] = value
            if any(kind == "TIMESTAMP WITH TIME ZONE" for _, kind, *_ in kinds):
                # It has microseconds only.
                rows = in_microseconds(table, rows, [kind for _, kind, *_ in kinds])
            check.table(what, table, [column for column, *_ in kinds], rows)


def in_microseconds(table, rows, kinds):
    """Makes the moments of txt those that are told in microseconds, where they are the same; yields the rows."""
    places = [place for place, kind in enumerate(kinds) if kind == "TIMESTAMP WITH TIME ZONE"]
    for number, row in enumerate(table.rows):
        table.rows[number] = [cell[:-3] + "000" if place in places and len(cell.partition(".")[2]) == 9 else cell for place, cell in enumerate(row)]
    return rows


def groups(lab, check):
    """Row groups are as small as the toggle says; the file is the same for any number of threads; memory is bounded."""
    pq = columns.module("pyarrow.parquet")
    capture, count = lab.path("many.pcap"), 1_000_000
    columns.packets(capture, count)
    words = ["-r", capture, "-s", "-q", "--plugins", "basicFlow"]
    without = columns.peak(lab.flowz, [*words, "-w", lab.path("t"), "--sinks", "txt"], lab.folder)
    peaks = [columns.peak(lab.flowz, [*words, "-w", lab.path(f"p{threads}"), "--sinks", "parquet", "--threads", str(threads), "-o",
                                      "parquetSink.PARQUET_GROUP=16"], lab.folder) for threads in (1, 4)]
    file = pq.ParquetFile(lab.path("p1_packets.parquet"))
    check.same("rows", file.metadata.num_rows, count)
    check.true("there are several row groups", file.num_row_groups > 2)
    numbers = [number for group in range(file.num_row_groups) for number in file.read_row_group(group, ["pktNo"])["pktNo"].to_pylist()]
    check.true("rows are in order", numbers == list(range(1, count + 1)))
    for name in ("flows", "packets"):
        with open(lab.path(f"p1_{name}.parquet"), "rb") as one, open(lab.path(f"p4_{name}.parquet"), "rb") as four:
            check.true(f"{name} are the same for one and four threads", one.read() == four.read())
    for peak in peaks:
        check.true(f"memory is bounded: {peak} KiB, txt {without} KiB", peak < without + 150_000)
    place = file.schema_arrow.get_field_index("pktNo")
    ranges = [file.metadata.row_group(group).column(place).statistics for group in range(file.num_row_groups)]
    check.true("statistics are those of the rows", all(one.max + 1 == two.min for one, two in zip(ranges, ranges[1:])))
    print(f"  1 M packets: peak {peaks} KiB, txt {without} KiB, {file.num_row_groups} row groups")


def nothing(lab, check):
    """No rows; columns without a value; texts that are none."""
    pq = columns.module("pyarrow.parquet")
    capture = lab.path("none.pcap")
    columns.packets(capture, 0)
    tables, prefix = lab.tables(capture, ["parquet"])
    for name, table in tables.items():
        read = pq.read_table(f"{prefix}_{name}.parquet")
        check.same(f"{name} without rows", (read.num_rows, read.column_names), (0, table.names))
    columns.packets(lab.path("odd.pcap"), 50, payload=b"GET /\0\xff\xc3 HTTP/1.0\r\nHost: \xfe\0\r\n\r\n", flows=3)
    for level in (0, 1, 19):
        tables, prefix = lab.tables(lab.path("odd.pcap"), ["parquet"], ["-o", f"parquetSink.PARQUET_ZSTD={level}"])
        for name, table in tables.items():
            read = pq.read_table(f"{prefix}_{name}.parquet")
            check.table(f"odd {name} zstd {level}", table, read.column_names, columns.rows(read))
        codec = pq.ParquetFile(f"{prefix}_flows.parquet").metadata.row_group(0).column(0).compression
        check.same("codec", codec, "ZSTD" if level else "UNCOMPRESSED")
    nulls = [name for name in read.column_names if read.num_rows and read[name].null_count == read.num_rows]
    check.true("there are columns without a value", any(
        pq.read_table(f"{prefix}_{name}.parquet")[column].null_count == len(table.rows) > 0
        for name, table in tables.items() for column in table.names) or nulls)


def pieces(lab, check):
    """-W splits the flow table into whole files; standard output is refused."""
    pq = columns.module("pyarrow.parquet")
    capture = lab.path("many.pcap")
    columns.packets(capture, 1000)
    lab.run(["-r", capture, "-q", "--sinks", "parquet", "-W", f"{lab.path('p')}:300f"])
    found = sorted(glob.glob(lab.path("p_flows.parquet*")))
    check.same("rows of the pieces", [pq.ParquetFile(path).metadata.num_rows for path in found], [300, 300, 300, 100])
    _, said, status = lab.run(["-r", capture, "-w", "-", "-q", "--sinks", "parquet"], expected=None)
    check.true("standard output is refused", status not in (0, 3) and "standard output" in said)


def full(lab, check):
    """A disk that is full: no file, and a sentence."""
    capture = lab.path("many.pcap")
    columns.packets(capture, 20_000, flows=20_000)
    folder = columns.small_disk(lab)
    try:
        prefix = os.path.join(folder, "p")
        _, said, status = lab.run(["-r", capture, "-w", prefix, "-s", "-q", "--sinks", "parquet", "-o", "parquetSink.PARQUET_GROUP=1"], expected=None)
        check.true(f"the run fails and says why: {said[-300:]}", status not in (0, 3) and "No space left" in said)
        check.same("files that stay", os.listdir(folder), [])
    finally:
        subprocess.run(["umount", folder], check=False)


def hive(lab, check):
    """Folders for days and sensors, read by pyarrow and DuckDB as one table."""
    dataset, database = columns.module("pyarrow.dataset"), columns.module("duckdb").connect()
    capture, day = lab.path("days.pcap"), 86_400 * 10**9
    # Six flows, on six days from 2023-11-14 on.
    columns.packets(capture, 6, flows=6, step=day)
    words = ["-r", capture, "-w", lab.path("p"), "-s", "-q", "--sinks", "parquet", "-o", "parquetSink.PARQUET_HIVE=1"]
    lab.run(words)
    days = [f"2023-11-{14 + number}" for number in range(6)]
    check.same("folders", sorted(os.listdir(lab.path("flows"))), [f"dt={day}" for day in days])
    check.same("files", os.listdir(lab.path("flows", f"dt={days[0]}", "sensor=666")), ["part-p-1.parquet"])
    for name in ("flows", "packets"):
        read = dataset.dataset(lab.path(name), partitioning="hive").to_table(columns=["dt", "sensor"]).to_pylist()
        check.same(f"{name} of pyarrow", sorted((str(row["dt"]), row["sensor"]) for row in read), [(day, 666) for day in days])
        path = lab.path(name, "*", "*", "*.parquet")
        found = database.execute(f"select dt, sensor, count(*) from read_parquet('{path}', hive_partitioning = true) group by all order by dt").fetchall()
        check.same(f"{name} of DuckDB", [(str(dt), int(sensor), rows) for dt, sensor, rows in found], [(day, 666, 1) for day in days])
    _, said, status = lab.run([*words[:2], "-W", f"{lab.path('q')}:2f", *words[4:]], expected=None)
    check.true(f"-W is refused: {said[-200:]}", status == 2 and "-W does not split" in said)


NAMES = [("parquet", round_trip), ("parquet-hive", hive), ("parquet-duckdb", duckdb), ("parquet-groups", groups), ("parquet-nothing", nothing), ("parquet-pieces", pieces),
         ("parquet-full", full)]
