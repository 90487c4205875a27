"""Workbooks whose sheets are laid out oddly or damaged, cell by cell readable or not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from nkd_pipeline_tests.hostile.books import GOOD, HEADERS, MAIN, Raw, book, parts, relations, row, sheet, written
from nkd_pipeline_tests.hostile.case import Case, refused, taken


def sheets(content: Mapping[str, str], **more: object) -> Callable[[Path], Path]:
    """Writes a workbook of these sheets."""
    return lambda folder: written(folder / "d.xlsx", parts(content, **more))


def rows(*entries: object, after: str = "") -> Callable[[Path], Path]:
    """Writes a workbook of one sheet with these rows and nothing else."""
    return sheets({"Artikel": sheet(*entries, after=after)})


def million_declared_rows(folder: Path) -> Path:
    return book(folder, "".join(f'<row r="{number}" ht="15"><c r="A{number}" s="0"/></row>' for number in range(4, 1_048_577)))


def long_gap(folder: Path) -> Path:
    return book(folder, '<row r="1048576"><c r="A1048576" t="str"><v>Kleid</v></c><c r="E1048576" t="str"><v>X-1</v></c></row>')


def wide_row_of_nothing(folder: Path) -> Path:
    return book(folder, f"<row>{'<c/>' * 1_000_000}</row>", ("Kleid", "Ein Kleid.", "", "", "X-1"))


def all_columns(folder: Path) -> Path:
    return rows((*HEADERS, *range(16_379)), *((*entry, *range(16_379)) for entry in GOOD))(folder)


def merged_far_right(folder: Path) -> Path:
    tall = '<mergeCells><mergeCell ref="IV3:IV30003"/></mergeCells>'
    wide = (*HEADERS, *[None] * 250, "x")
    return rows(HEADERS, GOOD[0], wide, *(("a",) for _ in range(30_000)), after=tall)(folder)


def merged_endlessly(folder: Path) -> Path:
    merges = "".join(f'<mergeCell ref="A{number}:A{number + 9}"/>' for number in range(1, 250_000))
    return book(folder, after=f"<mergeCells>{merges}</mergeCells>")


def with_charts_and_notes(folder: Path) -> Path:
    from openpyxl import Workbook
    from openpyxl.chart import BarChart, Reference
    from openpyxl.comments import Comment
    from openpyxl.worksheet.datavalidation import DataValidation

    made = Workbook()
    for entry in (HEADERS, *GOOD):
        made.active.append(entry)
    made.active["A2"].comment = Comment("=HYPERLINK(1)", "x")
    made.active.add_data_validation(DataValidation(type="list", formula1='"rot,blau"', sqref="D2:D9"))
    chart = BarChart()
    chart.add_data(Reference(made.active, min_col=1, min_row=1, max_row=3))
    made.create_chartsheet("Diagramm").add_chart(chart)
    made.save(folder / "d.xlsx")
    return folder / "d.xlsx"


def broken_drawing(folder: Path) -> Path:
    drawing = {"xl/worksheets/_rels/sheet1.xml.rels": relations({"a": ("drawing", "../drawings/d.xml")}), "xl/drawings/d.xml": "<wsDr><a></wsDr>"}
    return written(folder / "d.xlsx", {**parts({"Artikel": sheet(HEADERS, *GOOD)}), **drawing})


NAMED_TWICE = f'<workbook xmlns="{MAIN}" xmlns:r="x"><sheets><sheet name="A" r:id="s1"/><sheet name="A" r:id="s2"/></sheets></workbook>'


def sheets_of_one_name(folder: Path) -> Path:
    other = sheet(("SKU", "Titel"), ("X-1", "Kleid"))
    return written(folder / "d.xlsx", {**parts({"A": sheet(HEADERS, *GOOD), "B": other}), "xl/workbook.xml": NAMED_TWICE})


TOTALS = [("Summe", None, None, None, None), ("GESAMT:", None, 17, None, None), (None, None, None, "-", "3 Artikel")]
ENGLISH = ("title", "copy", "style", "features", "sku")
GARBAGE = '<conditionalFormatting sqref="?"><cfRule type="9"/></conditionalFormatting><dataValidations count="x"/><pageSetup paperSize="huge"/>'
DIMENSION = sheet(HEADERS, *GOOD).replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')
STYLES = f'<styleSheet xmlns="{MAIN}"><fonts><font><sz val="huge"/><color rgb="no"/></font></fonts><cellXfs><xf numFmtId="x"/></cellXfs></styleSheet>'
HIDDEN = {"Artikel": sheet(HEADERS, *GOOD), "Alt": sheet(HEADERS, ("Alter Rock", "Text", "", "", "X-1"))}
TITLE = [("Lieferung Herbst 2026",), ("Stand", 46_000), (), ("vertraulich",)]
MISNUMBERED = [row("Kleid", "Text", "", "", "X-1", attributes=f' r="{number}"') for number in ("-5", "0", "1048577", "zwei", "99999999999999999999")]
TWICE = '<row r="9"><c r="A9" t="str"><v>Kleid</v></c><c r="A9" t="str"><v>Rock</v></c></row>'
REFERENCES = [Raw(f'<c r="{at}" t="str"><v>Kleid</v></c>') for at in ("A1048577", "", "?", "ZZZ1", "1A")]
SKIRTS = [("Damen-Rock", "Text", "", "rot", "R-1"), (None, None, None, "blau", "R-2"), (None, None, None, "grün", "R-3")]
MERGED = '<mergeCells><mergeCell ref="A2:A4"/><mergeCell ref="?"/><mergeCell ref="A9:A1"/></mergeCells>'

CASES = [
    Case("a million declared rows", million_declared_rows, taken(2, 0, "after 1,000 blank rows", "Delete the blank rows"), seconds=12),
    Case("a row at the very end of the grid", long_gap, taken(3)),
    Case("a sheet that claims the whole grid", sheets({"Artikel": DIMENSION}), taken(2)),
    Case("a million empty cells in a row", wide_row_of_nothing, taken(3)),
    Case("16,384 columns", all_columns, taken(2, 0, "beyond column 256", "to the left")),
    Case("no name and no description column", rows(("Preis", "Menge"), (9.99, 3)), refused("Found: Preis, Menge", "--column", 'sheet "Artikel"')),
    Case("only numbers as headers", rows((1, 2, 3), (4, 5, 6)), refused("nothing that is a text", "rename the header")),
    Case("a missing description column", rows(("name", "article_id"), ("Rock", "X-1")), taken(1)),
    Case("an empty sheet", rows(), refused("no rows found", "exported and saved")),
    Case("headers and nothing below", rows(HEADERS), refused("no rows below them", "exported and saved")),
    Case("the header in row 5", rows(*TITLE, HEADERS, *GOOD), taken(2)),
    Case("two header rows, German and English", rows(HEADERS, ENGLISH, *GOOD), taken(2, 0, "repeat it and were skipped")),
    Case("rows of totals at the end", rows(HEADERS, *GOOD, *TOTALS), taken(2, 3, "row of totals", "Delete the row")),
    Case("merged cells", rows(HEADERS, *SKIRTS, after=MERGED), taken(3)),
    Case("250,000 merged ranges", merged_endlessly, refused("merged ranges", "unmerge")),
    Case("a merged range that widens 30,000 rows", merged_far_right, refused("5,000,000 cells", "Delete the columns"), memory_mb=150),
    Case("a hidden sheet", sheets(HIDDEN, states={"Alt": "hidden"}), taken(2, 0, 'sheet "Alt" is hidden', "Unhide it")),
    Case("a very hidden sheet", sheets(HIDDEN, states={"Alt": "veryHidden"}), taken(2, 0, 'sheet "Alt" is hidden')),
    Case("all sheets hidden", sheets(HIDDEN, states=dict.fromkeys(HIDDEN, "hidden")), refused("no rows found", 'sheet "Artikel" is hidden')),
    Case("100 sheets", sheets({f"S{n}": sheet(("name", "SKU"), ("Rock", f"S-{n}")) for n in range(100)}), taken(100)),
    Case("100 sheets that are no tables", sheets({**HIDDEN, **{f"S{n}": sheet(("x",)) for n in range(100)}}), taken(3, 0, "more remarks")),
    Case("two sheets of one name", sheets_of_one_name, taken(3)),
    Case("a sheet name of 100,000 characters", sheets({"x" * 100_000: sheet(HEADERS, *GOOD, ("", "", "", "", "X-1"))}), taken(2, 1)),
    Case("a chart sheet, comments and a list of allowed values", with_charts_and_notes, taken(2)),
    Case("rules and settings that make no sense", rows(HEADERS, *GOOD, after=GARBAGE), taken(2)),
    Case("styles that make no sense", sheets({"Artikel": sheet(HEADERS, *GOOD)}, styles=STYLES), taken(2)),
    Case("a damaged drawing", broken_drawing, taken(2, 0, "photos were not read", "save it again")),
    Case(
        "row numbers below zero and beyond the grid", rows(HEADERS, *GOOD, *MISNUMBERED), taken(3, 4, "5 rows carry a number that cannot be theirs")
    ),
    Case("a cell that is there twice", rows(HEADERS, *GOOD, TWICE), taken(2, 1, "row 9: the cell A9 is there twice", "save it again")),
    Case("references beyond the grid", rows(HEADERS, *GOOD, REFERENCES), taken(3)),
    Case("an XML file that ends early", sheets({"Artikel": sheet(HEADERS, *GOOD)[:-20]}), refused("damaged", "save it again")),
]
