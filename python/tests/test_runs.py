"""Runs and their readers: early ends, several at once, progress, interrupts, Python's lock, memory."""
import gc
import os
import subprocess
import sys
import textwrap
import threading
import time

import duckdb
import polars
import pyarrow
import pytest

import flowz


def threads_of_flowz():
    """Threads of runs in this process."""
    names = []
    for thread in os.listdir("/proc/self/task"):
        try:
            with open(f"/proc/self/task/{thread}/comm", encoding="utf-8") as file:
                names.append(file.read().strip())
        except FileNotFoundError:
            pass
    return [name for name in names if name == "flowz" or name.startswith("worker ")]


@pytest.fixture(autouse=True)
def no_thread_stays():
    yield
    gc.collect()
    assert threads_of_flowz() == []


@pytest.mark.parametrize("threads", [1, 3])
def test_readers_may_go(many, threads):
    # Nobody reads, one batch is read, a row is read; closed, or left alone.
    flowz.packets(many, threads=threads).close()
    del (lambda table: table)(flowz.packets(many, threads=threads)).name
    reader = pyarrow.RecordBatchReader.from_stream(flowz.packets(many, threads=threads, batch_rows=100))
    assert reader.read_next_batch().num_rows == 100
    reader.close()
    with flowz.packets(many, threads=threads) as table:
        assert next(iter(table))["pktNo"] == 1
    rows = iter(flowz.packets(many, threads=threads))
    assert [next(rows)["pktNo"] for _ in range(3)] == [1, 2, 3]
    del rows


def test_closed_or_read_already(web):
    table = flowz.flows(web)
    table.close()
    for read in (table.to_arrow, table.to_polars, lambda: list(table)):
        with pytest.raises(flowz.UsageError, match="read already, or it was closed"):
            read()
    table = flowz.flows(web)
    assert table.to_arrow().num_rows
    with pytest.raises(flowz.UsageError, match="ask flowz for another one"):
        table.to_arrow()
    with pytest.raises(pyarrow.ArrowException, match="read already"):
        pyarrow.table(table)


def test_whoever_looks_at_the_columns_leaves_the_rows(web):
    table = flowz.flows(web)
    for _ in range(3):
        assert pyarrow.RecordBatchReader.from_stream(table).schema.names == table.columns
    assert table.to_arrow().num_rows


def test_two_at_once(many, web):
    flows = pyarrow.RecordBatchReader.from_stream(flowz.flows(many, batch_rows=1000, fields="flowInd"))
    packets = pyarrow.RecordBatchReader.from_stream(flowz.packets(many, batch_rows=4000, fields="pktNo"))
    found = [0, 0]
    for one, other in zip(flows, packets):
        found[0] += one.num_rows
        found[1] += other.num_rows
        assert flowz.flows(web, plugins=["basicFlow"], threads=1).to_arrow().num_rows if found[0] % 20_000 == 0 else True
    found[0] += sum(batch.num_rows for batch in flows)
    found[1] += sum(batch.num_rows for batch in packets)
    assert found[0] in (99_000, 100_000) and found[1] in (396_000, 400_000)


def test_from_several_threads(web):
    expected, got = flowz.flows(web).to_arrow(), []
    threads = [threading.Thread(target=lambda: got.append(flowz.flows(web).to_arrow())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 8 and all(one.equals(expected) for one in got)


@pytest.mark.parametrize("read", [
    lambda table: table.to_arrow(),
    lambda table: table.to_pandas(),
    lambda table: table.to_polars(),
    lambda table: pyarrow.table(table),
    lambda table: polars.DataFrame(table),
    lambda table: duckdb.sql("select count(*) from stream", connection=_with(table)).fetchall(),
    lambda table: sum(1 for _ in table),
], ids=["arrow", "pandas", "polars", "pyarrow.table", "polars.DataFrame", "duckdb", "rows"])
def test_progress(many, read):
    told = []
    # One of the readers asks for the columns first; all get all rows.
    read(flowz.packets(many, plugins=["basicFlow"], batch_rows=1000, progress=lambda *numbers: told.append(numbers)))
    size = os.path.getsize(many)
    assert told[-1] == (size, size, 400_000)
    assert told == sorted(told)
    assert all(total in (None, size) for _, total, _ in told)


def _with(table):
    connection = duckdb.connect()
    connection.register("stream", table)
    return connection


def test_progress_comes_while_it_works(many):
    told = []

    def slowly(*numbers):
        told.append(numbers)
        time.sleep(0.02)

    for _ in flowz.packets(many, progress=slowly, fields="pktNo"):
        pass
    assert any(0 < done < total for done, total, _ in told if total)
    assert any(0 < packets < 400_000 for _, _, packets in told)


def test_nobody_knows_how_long_a_pipe_is(web, tmp_path):
    pipe, told = str(tmp_path / "pipe"), []
    os.mkfifo(pipe)

    def feed():
        with open(pipe, "wb") as end, open(web, "rb") as file:
            end.write(file.read())

    thread = threading.Thread(target=feed)
    thread.start()
    flowz.packets(pipe, progress=lambda *numbers: told.append(numbers)).to_arrow()
    thread.join()
    assert told[-1] == (os.path.getsize(web), None, 169)


def test_progress_in_words(web, capfd):
    flowz.flows(web, progress=True).to_arrow()
    assert capfd.readouterr().err.endswith("flowz: 100.0 %, 169 packets\n")


def test_a_progress_that_fails_ends_the_run(many):
    def fails(*_):
        raise LookupError("enough")

    for read in (lambda table: table.to_arrow(), lambda table: table.to_polars(), list):
        with pytest.raises(LookupError, match="enough"):
            read(flowz.packets(many, progress=fails))
    with pytest.raises(pyarrow.ArrowException, match="enough"):
        pyarrow.table(flowz.packets(many, progress=fails))


INTERRUPTED = """
    import os, signal, threading, time
    import pyarrow, polars, flowz
    def later():
        time.sleep(0.3)
        os.kill(os.getpid(), signal.SIGINT)
    # Once without, so that all modules are there: Python forgets interrupts that come in the middle of an import.
    WARM
    threading.Thread(target=later).start()
    try:
        # Nothing ever comes from this pipe, or not enough.
        READ
    except KeyboardInterrupt:
        print("interrupted")
    except Exception as error:
        # Another library has failed with the text; the interrupt comes with the next line.
        try:
            time.sleep(5)
        except KeyboardInterrupt:
            print("interrupted")
"""


@pytest.mark.parametrize("read", [
    "flowz.packets(PIPE).to_arrow()",
    "flowz.packets(PIPE).to_polars()",
    "list(flowz.packets(PIPE))",
    "pyarrow.table(flowz.packets(PIPE))",
    "polars.DataFrame(flowz.packets(PIPE))",
])
@pytest.mark.parametrize("begins", [False, True])
def test_keyboard_interrupt(web, tmp_path, read, begins):
    pipe = str(tmp_path / "pipe")
    os.mkfifo(pipe)
    # Opened for both, so that opening waits for nobody.
    end = os.open(pipe, os.O_RDWR)
    if begins:
        with open(web, "rb") as file:
            os.write(end, file.read(30_000))
    program = textwrap.dedent(INTERRUPTED)
    program = program.replace("READ", read).replace("WARM", read.replace("PIPE", repr(web))).replace("PIPE", repr(pipe))
    begin = time.monotonic()
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    os.close(end)
    assert (done.stdout, done.returncode) == ("interrupted\n", 0), done.stderr
    assert time.monotonic() - begin < 30


@pytest.mark.parametrize("read", [
    lambda table: table.to_arrow(),
    lambda table: table.to_polars(),
    lambda table: polars.DataFrame(table),
    lambda table: pyarrow.table(table),
    lambda table: sum(1 for _ in zip(range(1), table)),
], ids=["arrow", "polars", "polars.DataFrame", "pyarrow.table", "row"])
def test_the_lock_is_free_while_it_works(tmp_path, web, read):
    """Another thread of Python goes on while the reader waits for a pipe."""
    pipe = str(tmp_path / "pipe")
    os.mkfifo(pipe)
    end = os.open(pipe, os.O_RDWR)
    counts, going = [], threading.Event()

    def feed():
        with open(web, "rb") as file:
            content = file.read()
        os.write(end, content[:1000])
        begin = time.monotonic()
        while time.monotonic() - begin < 0.5:
            counts.append(time.monotonic())
            time.sleep(0.001)
        going.set()
        for at in range(1000, len(content), 1000):
            os.write(end, content[at : at + 1000])
        os.close(end)

    thread = threading.Thread(target=feed)
    thread.start()
    read(flowz.packets(pipe))
    thread.join()
    assert going.is_set()
    # Were the lock held, the other thread would get nowhere for half a second.
    gaps = [after - before for before, after in zip(counts, counts[1:])]
    assert len(counts) > 50 and max(gaps) < 0.4


MEMORY = """
    import re, sys
    import pyarrow, flowz
    reader = pyarrow.RecordBatchReader.from_stream(flowz.packets(sys.argv[1], plugins=["basicFlow"], threads=int(sys.argv[2])))
    rows = sum(batch.num_rows for batch in reader)
    # The resource usage of a child has that of its parent in it.
    print(rows, re.search("VmHWM: *([0-9]+)", open("/proc/self/status").read().replace(chr(9), " ")).group(1))
"""


@pytest.mark.parametrize("threads", [1, 4])
def test_memory_is_bounded(tmp_path, threads):
    import columns

    peaks = {}
    for count in (100_000, 1_500_000):
        path = str(tmp_path / f"{count}.pcap")
        columns.packets(path, count)
        program = [sys.executable, "-c", textwrap.dedent(MEMORY), path, str(threads)]
        rows, peak = subprocess.run(program, capture_output=True, text=True, check=True).stdout.split()
        assert int(rows) == count
        peaks[count] = int(peak)
        os.remove(path)
    print(f"largest resident sets in KiB: {peaks}")
    assert peaks[1_500_000] < peaks[100_000] + 60_000


def test_a_slow_reader_lets_the_run_wait(many):
    """While nobody reads, the run stops at some batches, and goes on to the end later."""
    table = flowz.packets(many, batch_rows=1000, fields="pktNo")
    reader = pyarrow.RecordBatchReader.from_stream(table)
    reader.read_next_batch()
    time.sleep(0.5)

    def used():
        usage = os.times()
        return usage.user + usage.system

    before = used()
    time.sleep(0.5)
    assert used() - before < 0.3, "it waits"
    assert sum(batch.num_rows for batch in reader) == 399_000
    assert table.counters["rows"] == 400_000
