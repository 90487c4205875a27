"""Excel workbooks as tables of plain cells.

Formulas give the value that the spreadsheet program stored; cells merged downwards hold their value in each row; hidden sheets are left out.
"""

from __future__ import annotations

import bisect
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path
from typing import Any

from nkd_pipeline.catalog.layout import Layout, Merge, read_layout
from nkd_pipeline.catalog.package import Package, open_package
from nkd_pipeline.catalog.pictures import sheet_pictures
from nkd_pipeline.catalog.source import DeliveryError, Source, SourceRow, SourceSheet, Unreadable, Value, is_blank, reading

_NOT_CALCULATED = Unreadable("a formula without a stored value", "Open the file in Excel and save it, so that the values are stored")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")  # how Excel writes characters that XML cannot hold
_ONLY_ZEROS = re.compile(r"0{2,}")


def read_workbook(path: Path) -> Source:
    """Reads all visible sheets.

    Raises:
        DeliveryError: The file is no workbook, is damaged, or is beyond the limits.
    """
    import openpyxl

    if not openpyxl.DEFUSEDXML:
        raise DeliveryError(f"{path.name}: workbooks are only read with protection against XML entity bombs. Install it: pip install defusedxml")
    with open_package(path) as package, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # openpyxl's remarks on styles and extensions say nothing about the texts
        with _opened(path, data_only=True) as workbook:
            return _read_sheets(path, package, workbook)


@contextmanager
def _opened(path: Path, data_only: bool) -> Iterator[Any]:
    """The workbook as openpyxl streams it. It gets a stream, not the path: it would refuse endings that it does not know."""
    import openpyxl

    with path.open("rb") as stream:
        workbook = openpyxl.load_workbook(stream, read_only=True, data_only=data_only, keep_links=False)
        try:
            yield workbook
        finally:
            workbook.close()


def _read_sheets(path: Path, package: Package, workbook: Any) -> Source:  # noqa: ANN401 - openpyxl has no types
    sheets, notes = [], []
    parts = package.sheets()
    for sheet in workbook.worksheets:
        if sheet.sheet_state != "visible":
            notes.append(f'sheet "{sheet.title}" is hidden and was not read. Unhide it if its rows belong to the delivery')
            continue
        sheets.append(_read_sheet(path, package, sheet, parts.get(sheet.title, "")))
    if any(name.startswith("xl/richData/") for name in package.names) and any("/media/" in name for name in package.names):
        notes.append("photos that lie inside cells were not read. In Excel choose Picture > Place over Cells for them")
    return Source(tuple(sheets), tuple(notes))


def _read_sheet(path: Path, package: Package, sheet: Any, part: str) -> SourceSheet:  # noqa: ANN401
    layout = Layout()
    pictures: dict[int, str] = {}
    notes: list[str] = []
    if part:
        has_drawing = any(kind == "drawing" for kind, _ in package.related(part).values())
        with package.open(part) as stream:
            layout = read_layout(stream, with_heights=has_drawing)
        if has_drawing:
            pictures, notes = sheet_pictures(package, part, layout)
    rows = []
    limits = reading().limits
    last_content = 0
    for number, cells in enumerate(_cells(path, sheet, layout.formulas), 1):
        if not all(is_blank(cell) for cell in cells):
            rows.append(SourceRow(number, cells))
            last_content = number
        elif number - last_content >= limits.blank_rows:
            notes.append(f"reading ended at row {number}, after {limits.blank_rows:,} blank rows. Delete the blank rows if there is more below")
            break
        if len(rows) > limits.rows:
            raise DeliveryError(f'{path.name}, sheet "{sheet.title}": more than {limits.rows:,} rows. Split the delivery into several files.')
    rows, headings = _without_headings(_fill_merged(rows, layout.merges), layout.merges)
    if headings:
        notes.append(f"{len(headings)} heading rows, merged across columns, are no articles (row {', '.join(map(str, headings[:5]))})")
    return SourceSheet(sheet.title, rows, pictures, tuple(notes))


def _cells(path: Path, sheet: Any, formulas: bool) -> Iterator[tuple[Value, ...]]:  # noqa: ANN401
    width = reading().limits.columns
    sheet.reset_dimensions()  # some programs declare "A1" whatever the sheet holds, and the reader would believe it
    if not formulas:
        for row in sheet.iter_rows():
            yield tuple(_value(cell) for cell in row[:width])
        return
    # Read beside its values the sheet's formulas: a formula whose value is missing must not pass for an empty cell.
    with _opened(path, data_only=False) as workbook:
        written = workbook[sheet.title]
        written.reset_dimensions()
        for row, source in zip_longest(sheet.iter_rows(), written.iter_rows(values_only=True), fillvalue=()):
            pairs = zip_longest(row[:width], source[:width])
            yield tuple(_NOT_CALCULATED if (value := _value(cell)) is None and formula is not None else value for cell, formula in pairs)


def _value(cell: Any) -> Value:  # noqa: ANN401
    value: Value = cell.value if cell is not None else None
    if isinstance(value, str):
        return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), value) if "_x" in value else value
    # A number shown as 004711 is an article number that begins with zeros.
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0 and _ONLY_ZEROS.fullmatch(cell.number_format):
        return str(value).zfill(len(cell.number_format))
    return value


def _fill_merged(rows: list[SourceRow], merges: set[Merge]) -> list[SourceRow]:
    """Gives cells merged downwards their value in each row that has something of its own, as a reader of the sheet sees them."""
    numbers = [row.number for row in rows]
    filled = [list(row.cells) for row in rows]
    done: dict[int, int] = {}  # column -> last row filled: ranges never overlap in honest files, and hostile ones must not cost time
    for merge in sorted(merges):
        if merge.last_row == merge.row or merge.row <= done.get(merge.column, 0):
            continue
        done[merge.column] = merge.last_row
        first, end = bisect.bisect_left(numbers, merge.row), bisect.bisect_right(numbers, merge.last_row)
        if first == end or numbers[first] != merge.row or merge.column >= len(filled[first]):
            continue
        for cells in filled[first + 1 : end]:
            cells.extend([None] * (merge.column + 1 - len(cells)))
            if is_blank(cells[merge.column]):
                cells[merge.column] = filled[first][merge.column]
    return [SourceRow(row.number, tuple(cells)) for row, cells in zip(rows, filled, strict=True)]


def _without_headings(rows: Sequence[SourceRow], merges: set[Merge]) -> tuple[list[SourceRow], list[int]]:
    """Drops rows that hold one cell merged across columns ("Damen" above the women's articles)."""
    across = {(merge.row, merge.column) for merge in merges if merge.last_column > merge.column}
    kept, dropped = [], []
    for row in rows:
        content = [column for column, cell in enumerate(row.cells) if not is_blank(cell)]
        if len(content) == 1 and (row.number, content[0]) in across:
            dropped.append(row.number)
        else:
            kept.append(row)
    return kept, dropped
