"""Excel workbooks as tables of plain cells.

Formulas give the value that the spreadsheet program stored; cells merged downwards hold their value in each row; hidden sheets are left out.
The parts are read as streams and by this package alone: what it does not look for (macros, links to other files, comments, charts) is never touched.
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from pathlib import Path

from nkd_pipeline.catalog.cells import Formats, SharedTexts, Values
from nkd_pipeline.catalog.drawings import sheet_pictures
from nkd_pipeline.catalog.package import Package, SheetPart, open_package
from nkd_pipeline.catalog.sheet import Merge, SheetReader
from nkd_pipeline.catalog.source import Meter, Source, SourceRow, SourceSheet, is_blank


def read_workbook(path: Path) -> Source:
    """Reads all visible sheets.

    Raises:
        DeliveryError: The file is no workbook, is damaged, or is beyond the limits.
    """
    with open_package(path) as package:
        sheets, from_1904 = package.sheets()
        values = _values(package, from_1904)
        meter = Meter(path.name)
        present = [sheet for sheet in sheets if sheet.part]
        hidden = [sheet.name for sheet in present if not sheet.visible]
        notes = [f'sheet "{name}" is hidden and was not read. Unhide it if its rows belong to the delivery' for name in hidden]
        notes += [f'sheet "{sheet.name}" is listed, but its rows are missing from the file. Ask for a new copy' for sheet in sheets if not sheet.part]
        if any(name.startswith("xl/richData/") for name in package.names) and any("/media/" in name for name in package.names):
            notes.append("photos that lie inside cells were not read. In Excel choose Picture > Place over Cells for them")
        return Source(tuple(_read_sheet(package, sheet, values, meter) for sheet in present if sheet.visible), tuple(notes))


def _values(package: Package, from_1904: bool) -> Values:
    related = dict(package.related(package.workbook()).values())
    texts, formats = SharedTexts(package.file), Formats()
    for kind, reader in (("sharedStrings", texts), ("styles", formats)):
        if kind in related:
            package.scan(related[kind], reader)
    return Values(texts.texts, formats.formats(), from_1904)


def _read_sheet(package: Package, sheet: SheetPart, values: Values, meter: Meter) -> SourceSheet:
    reader = SheetReader(f'{package.file}, sheet "{sheet.name}"', meter, values)
    package.scan(sheet.part, reader)
    pictures, notes = sheet_pictures(package, sheet.part, reader.layout)
    merges = reader.layout.merges
    rows, headings = _without_headings(_fill_merged(reader.rows, merges, meter), merges)
    if headings:
        notes.append(f"{len(headings)} heading rows, merged across columns, are no articles (row {', '.join(map(str, headings[:5]))})")
    return SourceSheet(sheet.name, rows, pictures, (*reader.notes, *notes))


def _fill_merged(rows: list[SourceRow], merges: set[Merge], meter: Meter) -> list[SourceRow]:
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
            missing = max(0, merge.column + 1 - len(cells))
            meter.count(missing)
            cells.extend([None] * missing)
            if is_blank(cells[merge.column]):
                cells[merge.column] = filled[first][merge.column]
    return [SourceRow(row.number, tuple(cells), row.problem) for row, cells in zip(rows, filled, strict=True)]


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
