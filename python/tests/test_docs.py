"""The examples of docs/python.md give what stands there."""
import doctest
import os
import re

import pandas
import polars
import pytest

from conftest import ROOT

PAGE = os.path.join(ROOT, "docs", "python.md")


def examples():
    """The blocks of the page as one session."""
    with open(PAGE, encoding="utf-8") as file:
        blocks = re.findall(r"^```python\n(.*?)^```$", file.read(), re.MULTILINE | re.DOTALL)
    return doctest.DocTestParser().get_doctest("\n".join(blocks), {}, "docs/python.md", PAGE, 0)


def test_examples(monkeypatch):
    monkeypatch.chdir(ROOT)
    session, said = examples(), []
    assert len(session.examples) > 15
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS, verbose=False)
    with pandas.option_context("display.width", 200), polars.Config():
        runner.run(session, out=said.append)
    if runner.failures:
        pytest.fail("".join(said))
