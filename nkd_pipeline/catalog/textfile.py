"""Comma, semicolon, tab or bar separated text files as tables of cells, whatever they were encoded and however carelessly quoted."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from nkd_pipeline.catalog.decoding import decode
from nkd_pipeline.catalog.headers import find_header
from nkd_pipeline.catalog.source import DeliveryError, Source, SourceRow, SourceSheet, is_blank, reading

_DECLARED = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)  # a line that Excel understands
_FORCED_TEXT = re.compile(r'="(.*)"', re.DOTALL)  # ="004711" keeps Excel from dropping the zeros
_PROBE_ROWS = 200


def read_textfile(path: Path, columns: dict[str, str]) -> Source:
    """Reads a text file as one sheet without a name.

    Args:
        path: The file.
        columns: field -> header, as far as the user named them: they help to tell which character separates the cells.

    Raises:
        DeliveryError: The file is empty, holds no text, or has too many rows.
    """
    text, notes = decode(path)
    lines = list(io.StringIO(text, newline=""))  # splits as csv does: not at the exotic line ends that str.splitlines knows
    if declared := _DECLARED.match(text):
        lines, delimiter = lines[1:], declared[1]
    else:
        delimiter = _delimiter(lines, columns)
    rows = list(_rows(path, lines, delimiter))
    return Source((SourceSheet("", _marked(rows, columns), notes=notes),))


def _delimiter(lines: Sequence[str], columns: dict[str, str]) -> str:
    """The delimiter under which most headers are known; then the one whose rows fit below their header; then the one that gives most columns."""

    def score(delimiter: str) -> tuple[int, int, int]:
        rows = list(islice(_records(lines, delimiter), _PROBE_ROWS))
        sheet = [SourceRow(number, tuple(cells)) for number, cells, _ in rows]
        header = find_header(sheet, columns)
        widths = [len(cells) for _, cells, _ in rows]
        if header is None:
            return (0, 0, max(widths, default=0))
        too_wide = sum(width > len(header.titles) for width in widths)
        return (len(header.columns), -too_wide, len(header.titles))

    return max(reading().text.delimiters, key=score)


def _rows(path: Path, lines: Sequence[str], delimiter: str) -> Iterator[SourceRow]:
    limits = reading().limits
    for count, (number, cells, problem) in enumerate(_records(lines, delimiter)):
        if count >= limits.rows:
            raise DeliveryError(f"{path.name}: more than {limits.rows:,} rows. Split the delivery into several files.")
        plain = tuple(forced[1] if (forced := _FORCED_TEXT.fullmatch(cell)) else cell for cell in cells)
        yield SourceRow(number, plain[: limits.columns], problem)


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
    while at < len(lines):
        number += 1
        cells, used, sound = _record(lines, at, delimiter, width)
        width = width or len(cells)
        at += used
        if any(cell.strip() for cell in cells):
            yield number, cells, "" if sound else "a double quote opens a text that never closes. Close it, or write the quote twice"


def _record(lines: Sequence[str], at: int, delimiter: str, width: int) -> tuple[list[str], int, bool]:
    """Cells of the record that begins at a line, how many lines it takes, and whether its quotes are sound."""
    reader = csv.reader(map(lines.__getitem__, range(at, len(lines))), delimiter=delimiter, strict=True)
    try:
        cells = next(reader)
        if reader.line_num == 1 or len(cells) == width or not _has_swallowed(cells, delimiter, width):
            return cells, reader.line_num, True
    except csv.Error:
        pass
    # Read leniently, `"Rock" Shirt;…` is fine.
    limit = reading().limits.quoted_lines
    reader = csv.reader(lines[at : at + limit], delimiter=delimiter)
    cells, used = next(reader), reader.line_num
    unclosed = used >= limit or (at + used >= len(lines) and _is_open(lines[at : at + used], delimiter))
    if unclosed or (used > 1 and _has_swallowed(cells, delimiter, width)):
        return next(csv.reader([lines[at]], delimiter=delimiter, quoting=csv.QUOTE_NONE)), 1, False
    return cells, used, True


def _has_swallowed(cells: Sequence[str], delimiter: str, width: int) -> bool:
    """Whether a line within a cell looks like a whole row, which a forgotten quote has drawn in."""
    return any(line.count(delimiter) >= max(1, width - 1) for cell in cells for line in cell.splitlines())


def _is_open(lines: Sequence[str], delimiter: str) -> bool:
    """Whether a record ends within quotes: appended text then still belongs to its last cell."""
    with_marker = next(csv.reader([*lines, f"{delimiter}\n"], delimiter=delimiter))
    return bool(with_marker) and with_marker[-1].endswith(f"{delimiter}\n")
