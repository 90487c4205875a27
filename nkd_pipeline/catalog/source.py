"""What the readers of workbooks and text files hand on: sheets of rows of plain cells, and the limits and words that reading goes by."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, field_validator

from nkd_pipeline.catalog.cleaning import clean_text

MEGABYTE = 1_000_000


class DeliveryError(Exception):
    """A delivery that cannot be read at all; the message says which file, where, and the cure."""

    def __init__(self, says: str) -> None:
        super().__init__(clean_text(says))  # names of files and columns may hold what no terminal can show


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell whose content cannot be known, e.g. a formula that was never calculated."""

    shown: str  # what the cell holds instead of a value
    cure: str
    kind: str = "error_cell"


Value = str | int | float | bool | datetime | date | time | timedelta | Unreadable | None


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row with content."""

    number: int  # as Excel counts, the first row of the sheet is 1
    cells: tuple[Value, ...]
    problem: str = ""  # why the cells cannot be trusted to stand in their columns


@dataclass(frozen=True)
class SourceSheet:
    """One sheet, or the whole of a text file."""

    name: str
    rows: Sequence[SourceRow]
    pictures: Mapping[int, str] = field(default_factory=dict)  # row number -> part of the workbook
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """A delivery as a table, before anything is known about its columns."""

    sheets: tuple[SourceSheet, ...]
    notes: tuple[str, ...] = ()


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Limits(_Strict):
    """Bounds of reading; `reading.toml` gives the reasons."""

    file_mb: int
    text_mb: int
    media_mb: int
    photo_mb: int
    photo_megapixels: int
    photo_rows: int
    directory_mb: int
    parts: int
    ratio: int
    ratio_from_mb: int
    rows: int
    columns: int
    cells: int
    header_rows: int
    blank_rows: int
    merges: int
    cell_chars: int
    line_chars: int
    id_chars: int
    quoted_lines: int
    notes: int


class CellWords(_Strict):
    """Texts that mean an empty cell, that spreadsheet programs show for errors, and that begin a row of totals; lower case."""

    empty: frozenset[str]
    errors: frozenset[str]
    totals: frozenset[str]

    @field_validator("empty", "errors", "totals", mode="after")
    @classmethod
    def _lower(cls, words: frozenset[str]) -> frozenset[str]:
        return frozenset(word.casefold() for word in words)


class TextRules(_Strict):
    """How text files are named and written."""

    endings: tuple[str, ...]
    delimiters: tuple[str, ...]
    encodings: tuple[str, ...]
    letters: str


class Reading(_Strict):
    """`reading.toml`."""

    limits: Limits
    cells: CellWords
    reserved_names: frozenset[str]
    text: TextRules
    refused: tuple[dict[str, str], ...]
    packed: tuple[dict[str, str], ...]


@cache
def reading() -> Reading:
    """The rules of reading, parsed once."""
    return Reading.model_validate(tomllib.loads(Path(__file__).with_name("reading.toml").read_text(encoding="utf-8")))


class Meter:
    """Rows of one file as they are read. Refuses what is more than a delivery has, before it fills the memory."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._rows = self._cells = 0

    def row(self, number: int, cells: Sequence[Value], problem: str = "") -> SourceRow:
        """A row without the blank cells at its end, overlong texts replaced by a remark. Raises DeliveryError beyond the limits."""
        limits = reading().limits
        kept = len(cells)
        while kept and is_blank(cells[kept - 1]):
            kept -= 1
        self._rows += 1
        if self._rows > limits.rows:
            raise DeliveryError(f"{self._file}: more than {limits.rows:,} rows. Split the delivery into several files.")
        self.count(kept)
        return SourceRow(number, tuple(_bounded(cell, limits.cell_chars) for cell in cells[:kept]), problem)

    def count(self, cells: int) -> None:
        """Counts cells in. Raises DeliveryError beyond the limit."""
        limit = reading().limits.cells
        self._cells += cells
        if self._cells > limit:
            raise DeliveryError(f"{self._file}: more than {limit:,} cells. Delete the columns that are not needed, or split the delivery.")


def too_long(length: int) -> Unreadable:
    """What stands for a text that is too long to be an article's."""
    return Unreadable(f"a text of {length:,} characters", f"Shorten it: at most {reading().limits.cell_chars:,} are read", "too_long")


def _bounded(value: Value, limit: int) -> Value:
    # here and not later: a workbook may refer to one long text from each of its rows
    return too_long(len(value)) if isinstance(value, str) and len(value) > limit else value


def is_blank(value: Value) -> bool:
    """Whether a cell holds nothing that anybody could see."""
    return value is None or (isinstance(value, str) and (not value or value.isspace()))


def shown(value: Value) -> str:
    """A cell for messages and for the `raw` column."""
    if isinstance(value, Unreadable):
        return value.shown
    return "" if value is None else str(value)
