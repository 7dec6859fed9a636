"""What the tests of the Python package share. `FLOWZ` names the program whose text tables are compared."""
import os
import sys

import pytest

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
sys.path.insert(0, os.path.join(ROOT, "tests", "sinks"))

import columns  # noqa: E402
import lab  # noqa: E402


def data(name):
    """A capture of the project."""
    return os.path.join(ROOT, "data", name)


@pytest.fixture(scope="session")
def web():
    return data("web.pcap")


@pytest.fixture(scope="session")
def many(tmp_path_factory):
    """A capture of 400,000 datagrams in 100,000 conversations."""
    path = str(tmp_path_factory.mktemp("captures") / "many.pcap")
    columns.packets(path, 400_000, flows=100_000, step=10_000)
    return path


@pytest.fixture
def place(tmp_path):
    """A folder with the program, for text tables."""
    program = os.environ.get("FLOWZ")
    if not program:
        pytest.skip("FLOWZ names no program to compare with")
    shared = os.environ.get("FLOWZ_SHARED") or None
    with lab.Lab(program, str(tmp_path / "lab"), shared) as made:
        yield made
