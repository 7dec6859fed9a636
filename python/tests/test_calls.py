"""What calls take, and what is wrong with them."""
import pathlib
import shutil
import time

import pyarrow
import pytest

import flowz
from conftest import ROOT, data


def test_sources(web):
    whole = flowz.flows(web).to_arrow()
    assert whole.num_rows > 10
    assert flowz.flows(pathlib.Path(web)).to_arrow().equals(whole)
    with open(web, "rb") as file:
        content = file.read()
    for form in (bytes, bytearray, memoryview):
        assert flowz.flows(form(content)).to_arrow().equals(whole)
    two = flowz.packets([web, data("call.pcap")]).to_arrow()
    assert two.num_rows == 169 + 51


def test_names_that_are_no_utf8(web, tmp_path):
    odd = bytes(tmp_path) + b"/\xff.pcap"
    shutil.copy(web, odd)
    import os

    assert flowz.packets(os.fsdecode(odd)).to_arrow().num_rows == 169


def test_choice(web):
    fields = ["dstPort", "basicFlow.srcIP"]
    chosen = flowz.flows(web, fields=fields, where="dstPort == 53").to_arrow()
    assert chosen.column_names == ["dstPort", "srcIP"]
    ports = flowz.flows(web).to_arrow()["dstPort"].to_pylist()
    assert chosen["dstPort"].to_pylist() == [53] * ports.count(53) != []
    packets = flowz.packets(web, fields="pktNo,dstPort", where="dstPort == 53", filter="udp").to_arrow()
    assert packets.column_names == ["pktNo", "dstPort"]
    assert set(packets["dstPort"].to_pylist()) == {53}
    every = flowz.packets(web, filter="udp").to_arrow()
    assert packets.num_rows == every["dstPort"].to_pylist().count(53) < every.num_rows


def test_options(web):
    default = flowz.flows(web).to_arrow()
    forms = ({"basicStats.BS_STATS": False}, {"basicStats.BS_STATS": 0}, ["basicStats.BS_STATS=0"], "basicStats.BS_STATS=0")
    first, *others = (flowz.flows(web, options=options).to_arrow() for options in forms)
    assert set(first.column_names) < set(default.column_names)
    assert all(other.equals(first) for other in others)
    few = flowz.flows(web, plugins=["basicFlow"]).to_arrow()
    assert set(few.column_names) < set(default.column_names)
    more = flowz.flows(web, plugins="+dnsDecode,+sshDecode").to_arrow()
    assert set(default.column_names) < set(more.column_names)
    assert more.column_names == flowz.flows(web, plugins=["+dnsDecode", "+sshDecode"]).columns


def test_config(web, tmp_path, monkeypatch):
    (tmp_path / "flowz.toml").write_text('plugins = ["basicFlow"]\n')
    default = flowz.flows(web).columns
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FLOWZ_PLUGINS", "basicFlow")
    assert flowz.flows(web).columns == default, "neither the folder nor the environment count"
    assert flowz.flows(web, config=tmp_path / "flowz.toml").columns == flowz.flows(web, plugins=["basicFlow"]).columns


def test_lists(web, tmp_path):
    assert "basicFlow" in [plugin.name for plugin in flowz.plugins() if plugin.default]
    names = [column.name for column in flowz.columns()]
    assert names == flowz.flows(web).columns
    assert [column.name for column in flowz.columns(table="packets")] == flowz.packets(web).columns
    assert {column.plugin for column in flowz.columns(["basicFlow"])} <= {"core", "basicFlow"}
    tables = flowz.tables("all")
    assert {"flows", "packets"} < set(tables) and all(tables.values())
    for name in tables:
        assert [column.name for column in flowz.columns("all", name)] == flowz.table(name, web, plugins="all", prefix=tmp_path / "x").columns


def test_schema(web):
    table = flowz.flows(web)
    field = table.schema.field("dstPort")
    assert field.metadata[b"plugin"] == b"basicFlow" and field.metadata[b"description"]
    assert pyarrow.schema(table).equals(table.schema)
    assert table.to_arrow().schema.equals(table.schema)
    assert "flows" in repr(table)


@pytest.mark.parametrize(
    "options, words",
    [
        ({"plugins": ["basicFlov"]}, "basicFlow"),
        ({"options": {"core.FLOW_TIMEOUTS": 1}}, "FLOW_TIMEOUT"),
        ({"options": {"core.FLOW_TIMEOUT": "soon"}}, "option core.FLOW_TIMEOUT=soon"),
        ({"options": ["nothing"]}, "PLUGIN.TOGGLE=VALUE"),
        ({"fields": ["dstPorts"]}, "did you mean 'dstPort' or 'dstPortClass'?; flowz.columns lists them"),
        ({"fields": ["dstPort", "pktNo"]}, "pktNo"),
        ({"where": "dstPort =="}, "where: "),
        ({"where": "dstPorts == 1"}, "dstPort"),
        ({"filter": "tcp port"}, "filter"),
        ({"config": "/nonexistent.toml"}, "/nonexistent.toml"),
        ({"threads": 0}, "threads"),
        ({"batch_rows": 0}, "batch_rows"),
    ],
)
def test_wrong_usage(web, options, words):
    with pytest.raises(flowz.UsageError) as told:
        flowz.flows(web, **options)
    assert words in str(told.value)
    assert isinstance(told.value, ValueError) and isinstance(told.value, flowz.Error)


def test_wrong_names(web):
    for call in (lambda: flowz.table("flow", web), lambda: flowz.columns(table="flow")):
        with pytest.raises(flowz.UsageError, match="no table 'flow'.*flows, packets|no table 'flow'.*flows"):
            call()
    with pytest.raises(flowz.UsageError, match="fields: .*'pktNu'"):
        flowz.packets(web, fields=["pktNu"])
    with pytest.raises(flowz.UsageError, match="where: "):
        flowz.packets(web, where="pktNu == 1")
    with pytest.raises(flowz.UsageError, match="no capture"):
        flowz.flows([])
    for source in (5, [5]):
        with pytest.raises(TypeError):
            flowz.flows(source)
    with pytest.raises(TypeError, match="plugins"):
        flowz.flows(web, plugins=[5])


@pytest.mark.parametrize("name", ["nothing-here.pcap", "broken/text.pcap", "broken/zero.pcap", ""])
def test_unreadable(name):
    with pytest.raises(flowz.InputError) as told:
        flowz.flows(data(name))
    assert isinstance(told.value, OSError) and len(str(told.value)) > 20


def test_unreadable_bytes():
    for content in (b"", b"no capture"):
        with pytest.raises(flowz.InputError):
            flowz.flows(content)


def test_damaged(web):
    with pytest.warns(flowz.DamagedInput) as told:
        table = flowz.packets(data("broken/cut.pcap"))
        assert table.to_arrow().num_rows == 9
    assert [str(one.message) for one in told] == ["; ".join(table.damages)]
    assert "cut.pcap" in table.damages[0]
    with pytest.warns(flowz.DamagedInput, match="nothing-here"):
        assert flowz.packets([web, "nothing-here.pcap"]).to_polars().height == 169
    with pytest.warns(flowz.DamagedInput):
        assert len(list(flowz.packets(data("broken/cut.pcap")))) == 9


def test_damage_as_error():
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("error", flowz.DamagedInput)
        with pytest.raises(flowz.DamagedInput, match="cut.pcap"):
            flowz.packets(data("broken/cut.pcap")).to_arrow()


def test_empty():
    table = flowz.flows(data("broken/empty.pcap"))
    frame = table.to_pandas()
    assert len(frame) == 0 and list(frame.columns) == table.columns
    assert table.counters["packets"] == table.counters["rows"] == 0 and table.counters["first_ns"] is None
    assert list(flowz.flows(data("broken/empty.pcap"))) == []


def test_report_and_counters(web):
    table = flowz.flows(web)
    # The run itself ends long before.
    time.sleep(0.5)
    assert table.report is None and table.counters is None and table.damages is None
    rows = table.to_arrow().num_rows
    counters = table.counters
    assert (counters["packets"], counters["rows"]) == (169, rows)
    buckets = counters["buckets"]
    assert buckets["in_flows"] + buckets["duplicates"] + sum(buckets["no_flow"].values()) == 169
    assert "Packets read: 169 = " in table.report and "protoStats: " in table.report
    assert table.damages == [] == table.remarks
    assert counters["last_ns"] > counters["first_ns"] > 1_600_000_000_000_000_000


def test_files_of_plugins(web, tmp_path):
    copy = shutil.copy(web, tmp_path / "web.pcap")
    flowz.flows(copy, plugins="all").to_arrow()
    before = sorted(path.name for path in tmp_path.iterdir())
    assert before in (["web.pcap"], ["web.pcap", "web_files"])
    options = {"httpSniffer.HTTP_SAVE_IMAGE": 1, "httpSniffer.HTTP_SAVE_TEXT": 1}
    try:
        flowz.flows(copy, plugins="all", options=options, prefix=tmp_path / "mine").to_arrow()
    except flowz.UsageError as error:
        pytest.fail(str(error))
    assert list((tmp_path / "mine_files").iterdir())


def test_values_of_the_reference(web):
    exact, compat = (flowz.flows(web, compat=flag).to_arrow() for flag in (False, True))
    assert exact.column_names == compat.column_names and not exact.equals(compat)


def test_limits(many):
    table = flowz.flows(many, plugins=["basicFlow"], max_flows=100)
    assert table.to_arrow().num_rows > 100_000, "flows that had to leave come again"
    assert flowz.flows(many, plugins=["basicFlow"], max_mem=10_000_000).to_arrow().num_rows > 100_000


def test_stubs_name_what_there_is():
    import ast
    import inspect
    import os

    with open(os.path.join(ROOT, "python", "python", "flowz", "__init__.pyi"), encoding="utf-8") as file:
        stubs = ast.parse(file.read())
    functions = {node.name: node.args for node in stubs.body if isinstance(node, ast.FunctionDef)}
    for name, args in functions.items():
        there = inspect.signature(getattr(flowz, name)).parameters.values()
        named = [arg.arg for arg in args.args + args.kwonlyargs]
        if any(one.kind == one.VAR_KEYWORD for one in there):
            of_table = list(inspect.signature(flowz.table).parameters)[1:]
            assert named == of_table, name
        else:
            assert named == [one.name for one in there], name
    classes = {node.name: node for node in stubs.body if isinstance(node, ast.ClassDef)}
    for name, node in classes.items():
        members = [one.name for one in node.body if isinstance(one, ast.FunctionDef)]
        members += [one.target.id for one in node.body if isinstance(one, ast.AnnAssign) and name != "Table"]
        assert all(hasattr(getattr(flowz, name), member) for member in members), name
    assert set(flowz.__all__) - {"__version__"} == set(functions) | set(classes) | {"DamagedInput", "Error", "InputError", "UsageError"}
    assert os.path.exists(os.path.join(os.path.dirname(flowz.__file__), "py.typed"))
