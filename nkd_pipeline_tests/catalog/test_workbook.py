"""Workbooks as people and programs really make them."""

from __future__ import annotations

import re
import tomllib
import zipfile
from pathlib import Path

import pytest

from nkd_pipeline.catalog.delivery import read_delivery
from nkd_pipeline_tests.catalog.books import GOOD, HEADERS, repacked, workbook

SHEET = "xl/worksheets/sheet1.xml"


def names(delivery):
    return [row.name for row in delivery.rows]


def test_each_sheet_with_a_header_contributes_and_the_rest_is_noted(tmp_path):
    def more_sheets(book):
        for title, rows in {"Kinder": [("SKU", "Bezeichnung"), ("K-1", "Mütze")], "Preise": [("Nr", "EUR"), (1, 9.99)], "Leer": []}.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
        hidden = book.create_sheet("Alt")
        hidden.append(("name",))
        hidden.append(("Alter Rock",))
        hidden.sheet_state = "hidden"

    delivery = read_delivery(workbook(tmp_path / "d.xlsx", [HEADERS, GOOD], change=more_sheets))
    assert [(row.source_sheet, row.name) for row in delivery.rows] == [("Artikel", "Damen-Hose"), ("Kinder", "Mütze")]
    assert delivery.notes == (
        'd.xlsx: sheet "Alt" is hidden and was not read. Unhide it if its rows belong to the delivery.',
        'd.xlsx, sheet "Preise": not read, no column looks like a name or a description (found: Nr, EUR).',
    )


def test_an_id_used_on_two_sheets_names_the_first(tmp_path):
    def second(book):
        sheet = book.create_sheet("Mehr")
        sheet.append(HEADERS)
        sheet.append(GOOD)

    (bad,) = read_delivery(workbook(tmp_path / "d.xlsx", [HEADERS, GOOD], change=second)).quarantined
    assert (bad.source_sheet, bad.kind) == ("Mehr", "duplicate_id")
    assert 'row 2 of sheet "Artikel"' in bad.reason


def test_cells_merged_downwards_count_for_each_row_and_headings_for_none(tmp_path):
    def merge(book):
        book.active.merge_cells("A2:C2")
        book.active.merge_cells("A3:A5")

    skirts = [("Damen-Rock", "rot", "1"), (None, "blau", "2"), (None, "grün", "3")]
    rows = [("name", "model_descr", "SKU"), ("Damen", None, None), *skirts, ("Hose", None, "4")]
    delivery = read_delivery(workbook(tmp_path / "d.xlsx", rows, change=merge))
    assert names(delivery) == ["Damen-Rock"] * 3 + ["Hose"]
    assert delivery.quarantined == ()
    assert "1 heading rows, merged across columns, are no articles (row 2)" in delivery.notes[0]


def test_blank_rows_and_columns_between_are_skipped_and_row_numbers_stay_those_of_excel(tmp_path):
    rows = [(), ("name", None, "SKU"), (), ("Rock", None, "1"), (), (" ", "\u00a0", ""), ("Hose", None, "2"), ()]
    assert [row.source_row for row in read_delivery(workbook(tmp_path / "d.xlsx", rows)).rows] == [4, 7]


def test_formulas_give_their_stored_value_and_an_unknown_value_is_not_taken_for_an_empty_cell(tmp_path):
    path = workbook(tmp_path / "d.xlsx", [HEADERS, ('="Rock "&"rot"', "Text", "", "", "1"), ('="Hose"', "Text", "", "", "2")])
    # openpyxl stores no values; Excel would
    repacked(path, {SHEET: lambda xml: re.sub(rb'(<c r="A2")([^>]*>)(<f>.*?</f>)<v\s*/>', rb'\1 t="str"\2\3<v>Rock rot</v>', xml, count=1)})
    delivery = read_delivery(path)
    assert names(delivery) == ["Rock rot"]
    (bad,) = delivery.quarantined
    assert (bad.kind, bad.column, bad.source_row) == ("error_cell", "name", 3)
    assert "Open the file in Excel and save it" in bad.reason


def test_rows_that_are_only_declared_end_the_sheet_and_a_gap_between_row_numbers_does_not(tmp_path):
    far = b'<row r="1040000"><c r="A1040000" t="inlineStr"><is><t>Rock</t></is></c></row>'
    declared = b"".join(b'<row r="%d" ht="15"/>' % number for number in range(1_040_001, 1_041_002))
    path = workbook(tmp_path / "d.xlsx", [HEADERS, GOOD])
    repacked(path, {SHEET: lambda xml: xml.replace(b"</sheetData>", far + declared + far.replace(b"1040000", b"1042000") + b"</sheetData>")})
    delivery = read_delivery(path)
    assert [(row.name, row.source_row) for row in delivery.rows] == [("Damen-Hose", 2), ("Rock", 1_040_000)]
    assert "reading ended at row 1041000, after 1,000 blank rows" in delivery.notes[0]


@pytest.mark.parametrize(
    "declared",
    [
        pytest.param(b'<dimension ref="A1"/>', id="a program declares A1 whatever the sheet holds"),
        pytest.param(b"", id="no dimension at all"),
        pytest.param(b'<dimension ref="A1:XFD1048576"/>', id="the whole grid"),
    ],
)
def test_what_a_sheet_declares_to_hold_is_not_believed(tmp_path, declared):
    path = workbook(tmp_path / "d.xlsx", [HEADERS, GOOD])
    repacked(path, {SHEET: lambda xml: re.sub(rb'<dimension ref="[^"]*"\s*/>', declared, xml)})
    assert len(read_delivery(path).rows) == 1


def test_rich_text_and_long_cells_are_read_whole(tmp_path):
    from openpyxl.cell.rich_text import CellRichText, TextBlock
    from openpyxl.cell.text import InlineFont

    def rich(book):
        book.active["B2"] = CellRichText("Ein ", TextBlock(InlineFont(b=True), "fetter"), " Rock.")

    path = workbook(tmp_path / "d.xlsx", [HEADERS, ("Rock", "", "", "", "1"), ("Rock", "ä" * 20_000, "", "", "2")], change=rich)
    assert [len(row.description) for row in read_delivery(path).rows] == [len("Ein fetter Rock."), 20_000]


def test_the_content_decides_not_the_ending(tmp_path):
    path = workbook(tmp_path / "d.xlsx", [HEADERS, GOOD])
    for ending in (".csv", ".XLSM", ".dat"):
        other = tmp_path / f"d{ending}"
        other.write_bytes(path.read_bytes())
        assert len(read_delivery(other).rows) == 1


def test_a_workbook_of_another_program_is_read(tmp_path):
    parts = tomllib.loads(Path(__file__).with_name("least_workbook.toml").read_text(encoding="utf-8"))
    with zipfile.ZipFile(tmp_path / "d.xlsx", "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    (row,) = read_delivery(tmp_path / "d.xlsx").rows
    assert (row.name, row.color) == ("Rock & Co", "grün")
