"""One sheet's XML, read once from top to bottom: its rows with content, which cells are merged, how high its rows are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from nkd_pipeline.catalog.cells import Text, Values
from nkd_pipeline.catalog.markup import Reader
from nkd_pipeline.catalog.source import DeliveryError, Meter, SourceRow, Unreadable, Value, is_blank, reading, too_long

_NOT_CALCULATED = Unreadable("a formula without a stored value", "Open the file in Excel and save it, so that the values are stored")
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_REFERENCE = re.compile(r"([A-Za-z]{1,3})\d{0,7}")
_RANGE = re.compile(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})")
_POINTS = re.compile(r"\d{1,6}(?:\.\d{0,12})?")


@dataclass(frozen=True, slots=True, order=True)
class Merge:
    """One merged range; rows as Excel counts, columns from 0."""

    column: int
    row: int
    last_row: int
    last_column: int


@dataclass
class Layout:
    """Facts about one sheet beside its rows."""

    merges: set[Merge] = field(default_factory=set)
    heights: dict[int, float] = field(default_factory=dict)  # points, of rows that say so
    default_height: float = 15.0  # points


@lru_cache(maxsize=_LAST_COLUMN)
def _column(letters: str) -> int:
    """Position of a column, from 0: "A" is 0."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


class SheetReader(Reader):
    """Collects a sheet's rows. Numbers and references that Excel does not know are counted on from the row or cell before."""

    def __init__(self, place: str, meter: Meter, values: Values) -> None:
        """`place` names file and sheet in messages."""
        self.rows: list[SourceRow] = []
        self.layout = Layout()
        self.notes: list[str] = []
        self._place, self._meter, self._values = place, meter, values
        self._limits = reading().limits
        self._number = self._blank = self._misnumbered = self._too_far = 0
        self._ended = self._in_row = False
        self._cells: list[Value] = []
        self._twice = ""
        self._begin_cell({})

    def _begin_cell(self, attributes: Mapping[str, str]) -> None:
        self._reference, self._kind, self._style = attributes.get("r", ""), attributes.get("t", "n"), attributes.get("s", "0")
        self._content: list[str] = []
        self._chars = 0
        self._inline: Text | None = None
        self._formula = self._stored = self._aid = False
        self._inside = ""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif name == "sheetFormatPr":
            self.layout.default_height = _points(attributes.get("defaultRowHeight", "")) or self.layout.default_height
        elif name == "row":
            self._begin_row(attributes)
        elif self._ended or not self._in_row:
            return
        elif name == "c":
            self._begin_cell(attributes)
        elif name == "f":
            self._formula = True
        elif name == "rPh":
            self._aid = True
        elif name == "v":
            self._stored, self._inside = True, "v"
        elif name == "t" and not self._aid:
            self._inline, self._inside = self._inline or Text(), "t"

    def text(self, data: str) -> None:
        if self._inside == "v":
            self._chars += len(data)
            if self._chars <= self._limits.cell_chars + 1:
                self._content.append(data)
        elif self._inside == "t" and self._inline is not None:
            self._inline.add(data)

    def end(self, name: str) -> None:
        self._inside = ""
        if name == "rPh":
            self._aid = False
        elif name == "row":
            self._end_row()
        elif name == "c" and self._in_row and not self._ended:
            self._end_cell()
        elif name == "sheetData":
            self._note_oddities()

    def _begin_row(self, attributes: Mapping[str, str]) -> None:
        given = attributes.get("r", "")
        number = int(given) if given.isdecimal() and len(given) < 8 else 0
        if not self._number < number <= _LAST_ROW:
            self._misnumbered += bool(given)
            number = self._number + 1
        self._number, self._cells, self._twice, self._in_row = number, [], "", True
        if not self._ended and (height := _points(attributes.get("ht", ""))):
            self.layout.heights[number] = height

    def _end_cell(self) -> None:
        column = self._position()
        if column >= self._limits.columns:
            self._too_far += self._stored or self._inline is not None
            return
        value = self._value()
        self._cells.extend([None] * (column + 1 - len(self._cells)))
        if self._cells[column] is not None:
            self._twice = self._twice or f"the cell {self._reference[:10]} is there twice. Open the workbook in Excel and save it again"
        elif value is not None:
            self._cells[column] = value

    def _position(self) -> int:
        match = _REFERENCE.fullmatch(self._reference)
        return _column(match[1]) if match else len(self._cells)

    def _value(self) -> Value:
        if self._kind == "inlineStr":
            return self._inline.value() if self._inline else None
        if self._chars > self._limits.cell_chars:
            return too_long(self._chars)
        if self._chars:
            return self._values.value(self._kind, self._style, "".join(self._content))
        # a formula that gave an empty text stores that as an empty value
        return _NOT_CALCULATED if self._formula and not (self._kind == "str" and self._stored) else None

    def _end_row(self) -> None:
        self._in_row = False
        if self._ended:
            return
        if self._twice or not all(map(is_blank, self._cells)):
            self.rows.append(self._meter.row(self._number, self._cells, self._twice))
            self._blank = 0
            return
        self._blank += 1
        if self._blank >= self._limits.blank_rows:
            self._ended = True
            self.notes.append(f"reading ended at row {self._number}, after {self._blank:,} blank rows. Delete the blank rows if there is more below")

    def _merge(self, reference: str) -> None:
        match = _RANGE.fullmatch(reference)
        if match and int(match[2]) <= int(match[4]) <= _LAST_ROW:
            self.layout.merges.add(Merge(_column(match[1]), int(match[2]), int(match[4]), _column(match[3])))
        if len(self.layout.merges) > self._limits.merges:
            raise DeliveryError(f"{self._place}: more than {self._limits.merges:,} merged ranges. Select all cells in Excel and unmerge them.")

    def _note_oddities(self) -> None:
        if self._misnumbered:
            self.notes.append(f"{self._misnumbered} rows carry a number that cannot be theirs and were counted on from the row above them")
        if self._too_far:
            self.notes.append(
                f"{self._too_far} cells beyond column {self._limits.columns} were not read. Move what belongs to the articles to the left"
            )


def _points(text: str) -> float:
    return float(text) if _POINTS.fullmatch(text) else 0.0
