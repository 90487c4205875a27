"""Exports open in spreadsheets without running anything, and keep their types elsewhere."""

import csv
import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nkd_pipeline.storage.exports import harmless, write_export

COLUMNS = {"name": str, "score": float, "row": int}
ROWS = [{"name": 'Größe M; "neu"\nZeile', "score": 9.5, "row": 2}, {"name": "=HYPERLINK(1)", "score": -1.0, "row": 3}, {"name": None, "row": 4}]


@pytest.mark.parametrize("text", ["=1+1", "+49", "-x", "@sum", "\tx", "\rx", " =1", "\n=1"])
def test_a_text_that_spreadsheets_would_run_is_made_harmless(text):
    assert harmless(text) == "'" + text


@pytest.mark.parametrize("value", ["T-Shirt", -0.5, None, 3, ""])
def test_other_cells_stay_as_they_are(value):
    assert harmless(value) == value


@given(st.text())
def test_no_text_starts_as_a_formula(text):
    assert not harmless(text).lstrip(" \n").startswith(("=", "+", "-", "@", "\t", "\r"))


def test_csv_opens_in_excel_with_umlauts(tmp_path):
    path = tmp_path / "x.csv"
    write_export(path, "csv", COLUMNS, ROWS)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")  # without the mark Excel takes it for Windows-1252
    with path.open(encoding="utf-8-sig", newline="") as stream:
        read = list(csv.DictReader(stream))
    assert [row["name"] for row in read] == [ROWS[0]["name"], "'=HYPERLINK(1)", ""]
    assert read[1]["score"] == "-1.0"


def test_headers_are_harmless_too(tmp_path):
    write_export(tmp_path / "x.csv", "csv", {"=cmd": str}, [])
    assert (tmp_path / "x.csv").read_text(encoding="utf-8-sig").startswith("'=cmd")


def test_json_lines_and_parquet_keep_types(tmp_path):
    write_export(tmp_path / "x.jsonl", "jsonl", COLUMNS, ROWS)
    assert json.loads((tmp_path / "x.jsonl").read_text().splitlines()[1]) == {"name": "=HYPERLINK(1)", "score": -1.0, "row": 3}
    write_export(tmp_path / "x.parquet", "parquet", COLUMNS, ROWS)
    assert pd.read_parquet(tmp_path / "x.parquet")["row"].tolist() == [2, 3, 4]


def test_an_unknown_format_is_refused(tmp_path):
    with pytest.raises(ValueError, match="csv, jsonl, parquet"):
        write_export(tmp_path / "x", "xlsx", COLUMNS, ROWS)
