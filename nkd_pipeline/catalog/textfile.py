"""Comma, semicolon, tab or bar separated text files as tables of cells, whatever they were encoded and however carelessly quoted."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from nkd_pipeline.catalog.decoding import decode_lines
from nkd_pipeline.catalog.headers import find_header
from nkd_pipeline.catalog.source import Meter, Source, SourceRow, SourceSheet, is_blank, reading

_DECLARED = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)  # a line that Excel understands
_FORCED_TEXT = re.compile(r'="(.*)"', re.DOTALL)  # ="004711" keeps Excel from dropping the zeros
_PROBE_ROWS = 200
_SHOWN = 200  # characters of a line that is too long
_UNCLOSED = "a double quote opens a text that never closes. Close it, or write the quote twice"


def read_textfile(path: Path, columns: dict[str, str]) -> Source:
    """Reads a text file as one sheet without a name.

    Args:
        path: The file.
        columns: field -> header, as far as the user named them: they help to tell which character separates the cells.

    Raises:
        DeliveryError: The file is empty, holds no text, or has too many rows.
    """
    lines, notes = decode_lines(path)
    if declared := _DECLARED.fullmatch(lines[0]):
        lines, delimiter = lines[1:], declared[1]
    else:
        delimiter = _delimiter(lines, columns)
    rows = list(_rows(path, lines, delimiter))
    return Source((SourceSheet("", _marked(rows, columns), notes=notes),))


def _delimiter(lines: Sequence[str], columns: dict[str, str]) -> str:
    """The delimiter under which most headers are known; then the one whose rows fit below their header; then the one that gives most columns."""
    most = reading().limits.columns

    def score(delimiter: str) -> tuple[int, int, int]:
        rows = list(islice(_records(lines, delimiter), _PROBE_ROWS))
        sheet = [SourceRow(number, tuple(cells[:most])) for number, cells, _ in rows]
        header = find_header(sheet, columns)
        widths = [len(cells) for _, cells, problem in rows if not problem]
        if header is None:
            return (0, 0, max(widths, default=0))
        too_wide = sum(width > len(header.titles) for width in widths)
        return (len(header.columns), -too_wide, len(header.titles))

    return max(reading().text.delimiters, key=score)


def _rows(path: Path, lines: Sequence[str], delimiter: str) -> Iterator[SourceRow]:
    meter = Meter(path.name)
    width = reading().limits.columns
    for number, cells, problem in _records(lines, delimiter):
        plain = [forced[1] if (forced := _FORCED_TEXT.fullmatch(cell)) else cell for cell in cells[:width]]
        yield meter.row(number, plain, problem)


def _marked(rows: list[SourceRow], columns: dict[str, str]) -> list[SourceRow]:
    """Marks rows with more cells than the header has: a delimiter inside an unquoted text has shifted them."""
    header = find_header(rows, columns)
    if header is None:
        return rows
    width = len(header.titles)
    too_wide = f"the row has more cells than the {width} headers. Put texts that contain the separator or a quote into double quotes"
    wide = {row.number for row in rows if any(not is_blank(cell) for cell in row.cells[width:])}
    return [SourceRow(row.number, row.cells, row.problem or too_wide) if row.number in wide else row for row in rows]


def _records(lines: Sequence[str], delimiter: str) -> Iterator[tuple[int, list[str], str]]:
    """Row number, cells and problem of each row that is not blank.

    A forgotten closing quote would swallow all that follows. Such a line becomes a row with a problem, and reading goes on with the next line.
    """
    # Process-wide, and only ever raised: how large a file may be is checked before.
    csv.field_size_limit(max(csv.field_size_limit(), 1 << 28))
    at, number, width = 0, 0, 0
    longest = reading().limits.line_chars
    while at < len(lines):
        number += 1
        if len(lines[at]) > longest:
            cells, problem, at = [lines[at][:_SHOWN]], f"the line has {len(lines[at]):,} characters, at most {longest:,} are read", at + 1
        else:
            cells, used, problem = _record(lines, at, delimiter, width)
            width = width or len(cells)
            at += used
        if any(cell.strip() for cell in cells):
            yield number, cells, problem


def _record(lines: Sequence[str], at: int, delimiter: str, width: int) -> tuple[list[str], int, str]:
    """Cells of the record that begins at a line, how many lines it takes, and what is wrong with it."""
    reader = csv.reader(map(lines.__getitem__, range(at, len(lines))), delimiter=delimiter, strict=True)
    try:
        cells = next(reader)
        if reader.line_num == 1 or len(cells) == width or not _has_swallowed(cells, delimiter, width):
            return cells, reader.line_num, ""
    except csv.Error:
        pass
    # Read leniently, `"Rock" Shirt;…` is fine.
    limit = reading().limits.quoted_lines
    reader = csv.reader(lines[at : at + limit], delimiter=delimiter)
    cells, used = next(reader), reader.line_num
    unclosed = used >= limit or (at + used >= len(lines) and _is_open(lines[at : at + used], delimiter))
    if unclosed or (used > 1 and _has_swallowed(cells, delimiter, width)):
        return next(csv.reader([lines[at]], delimiter=delimiter, quoting=csv.QUOTE_NONE)), 1, _UNCLOSED
    return cells, used, ""


def _has_swallowed(cells: Sequence[str], delimiter: str, width: int) -> bool:
    """Whether a line within a cell looks like a whole row, which a forgotten quote has drawn in."""
    return any(line.count(delimiter) >= max(1, width - 1) for cell in cells for line in cell.splitlines())


def _is_open(lines: Sequence[str], delimiter: str) -> bool:
    """Whether a record ends within quotes: appended text then still belongs to its last cell."""
    with_marker = next(csv.reader([*lines, f"{delimiter}\n"], delimiter=delimiter))
    return bool(with_marker) and with_marker[-1].endswith(f"{delimiter}\n")
