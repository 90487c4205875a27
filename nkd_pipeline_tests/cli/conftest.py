"""The command line, called in this process."""

import pytest
from typer.testing import CliRunner

from nkd_pipeline.cli import app


@pytest.fixture
def nkd(monkeypatch):
    # wide enough that no word of a table is broken over two lines
    monkeypatch.setenv("COLUMNS", "240")
    monkeypatch.setattr("nkd_pipeline.cli.console.out._width", 240, raising=False)
    monkeypatch.setattr("nkd_pipeline.cli.console.err._width", 240, raising=False)
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False)
