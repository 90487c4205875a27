"""Cells mean what they mean to spreadsheet programs; openpyxl, which reads workbooks its own way, is the judge."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nkd_pipeline.catalog.cells import Format, Values
from nkd_pipeline.catalog.source import Unreadable
from nkd_pipeline.catalog.workbook import read_workbook
from nkd_pipeline_tests.catalog.books import workbook
from nkd_pipeline_tests.hostile.books import parts, sheet, written

STYLES = '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
DAYS = st.dates(date(1901, 1, 1), date(2099, 12, 31)).map(lambda day: datetime(day.year, day.month, day.day))
LETTERS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"))
TEXTS = st.text(LETTERS, min_size=1, max_size=30).filter(lambda text: not text.startswith("=") and text.strip())
CELLS = st.one_of(TEXTS, DAYS, st.integers(-(10**12), 10**12), st.floats(-1e12, 1e12), st.booleans())


@settings(max_examples=40)
@given(rows=st.lists(st.lists(st.one_of(CELLS, st.none()), min_size=1, max_size=6).filter(lambda row: row[0] is not None), min_size=1, max_size=5))
def test_a_workbook_reads_as_openpyxl_reads_it(tmp_path_factory, rows):
    path = workbook(tmp_path_factory.mktemp("cells") / "d.xlsx", rows)
    (read,) = read_workbook(path).sheets
    theirs = [list(row) for row in openpyxl.load_workbook(path, data_only=True).active.iter_rows(values_only=True)]
    ours = [[*row.cells, *[None] * (len(theirs[0]) - len(row.cells))] for row in read.rows]
    assert ours == [[plain(value) for value in row] for row in theirs]


def plain(value):
    return None if value == "" else value


@pytest.mark.parametrize(
    ("kind", "content", "code", "value"),
    [
        pytest.param("n", "46082", "dd.mm.yyyy", datetime(2026, 3, 1), id="a date"),
        pytest.param("n", "0.5", "hh:mm", time(12), id="a time"),
        pytest.param("n", "1.5", "[h]:mm", timedelta(hours=36), id="a duration"),
        pytest.param("n", "4711", "000000", "004711", id="zeros that only the format shows"),
        pytest.param("n", "4061234567890", "General", 4061234567890, id="a long number stays whole"),
        pytest.param("n", "NaN", "General", None, id="not a number is nothing"),
        pytest.param("b", "1", "General", True, id="a truth value"),
        pytest.param("d", "2026-03-01", "General", date(2026, 3, 1), id="a date in ISO 8601"),
        pytest.param("str", "a_x000D_b_x005F_x0007_", "General", "a\rb_x0007_", id="escapes, and an escaped escape"),
        pytest.param("s", "1", "General", "Rock", id="a shared text"),
    ],
)
def test_values(kind, content, code, value):
    assert Values(["", "Rock"], [Format.of(code)]).value(kind, "0", content) == value


@pytest.mark.parametrize(
    ("kind", "content", "code"),
    [
        pytest.param("s", "2", "General", id="a shared text that is not there"),
        pytest.param("n", "zwei", "General", id="a word"),
        pytest.param("n", "9" * 5000, "General", id="5,000 digits, which Python would not turn into a number"),
        pytest.param("n", "1e300", "dd.mm.yyyy", id="a date beyond all calendars"),
        pytest.param("d", "2026-02-30", "General", id="a day that does not exist"),
        pytest.param("e", "#PYTHON!", "General", id="an error that nobody knows"),
        pytest.param("str", "x" * 20_001, "General", id="a text that is too long"),
    ],
)
def test_a_value_that_cannot_be_known_is_said_to_be_so(kind, content, code):
    value = Values(["", "Rock"], [Format.of(code)]).value(kind, "0", content)
    assert isinstance(value, Unreadable)
    assert value.cure


def test_dates_count_from_1904_where_the_workbook_says_so(tmp_path):
    content = parts({"A": sheet('<row><c s="1"><v>0</v></c></row>', '<row><c s="1"><v>366</v></c></row>')}, styles=STYLES)
    content["xl/workbook.xml"] = content["xl/workbook.xml"].replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
    (read,) = read_workbook(written(tmp_path / "d.xlsx", content)).sheets
    assert [row.cells for row in read.rows] == [(time(0),), (datetime(1905, 1, 1),)]


def test_readings_above_asian_texts_are_no_part_of_them(tmp_path):
    strings = '<si><t>課</t><rPh sb="0" eb="1"><t>か</t></rPh></si>'
    content = parts({"A": sheet('<row><c t="s"><v>0</v></c></row>')}, strings=strings)
    (read,) = read_workbook(written(tmp_path / "d.xlsx", content)).sheets
    assert read.rows[0].cells == ("課",)
