"""What openpyxl's streaming reader leaves out of a sheet: whether it has formulas, which cells are merged, how high its rows are.

The streaming reader is the one that copes with a million declared empty rows; these three facts are found by a plain search through the bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import IO

_CHUNK = 1 << 20
_OVERLAP = 1 << 10  # longer than any tag looked for, so that none is lost between two chunks
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_ROW = re.compile(rb"<(?:\w+:)?row\s[^>]{0,600}>")
_NUMBER = re.compile(rb'\sr="(\d{1,7})"')
_HEIGHT = re.compile(rb'\sht="([\d.]{1,12})"')
_DEFAULT_HEIGHT = re.compile(rb'<(?:\w+:)?sheetFormatPr\s[^>]*?defaultRowHeight="([\d.]{1,12})"')


@dataclass(frozen=True, slots=True, order=True)
class Merge:
    """One merged range; rows as Excel counts, columns from 0."""

    column: int
    row: int
    last_row: int
    last_column: int


@dataclass
class Layout:
    """Facts about one sheet."""

    formulas: bool = False
    merges: set[Merge] = field(default_factory=set)
    heights: dict[int, float] = field(default_factory=dict)  # points, of rows that say so
    default_height: float = 15.0  # points


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def read_layout(stream: IO[bytes], with_heights: bool) -> Layout:
    """Reads one sheet's XML once, in pieces.

    Args:
        stream: The sheet's part.
        with_heights: Whether row heights are wanted; only photos need them.
    """
    layout = Layout()
    tail = b""
    while chunk := stream.read(_CHUNK):
        data = tail + chunk
        layout.formulas = layout.formulas or _FORMULA.search(data) is not None
        for left, top, right, bottom in _MERGE.findall(data):
            layout.merges.add(Merge(_column(left), int(top), int(bottom), _column(right)))
        if with_heights:
            _collect_heights(data, layout)
        tail = data[-_OVERLAP:]
    return layout


def _collect_heights(data: bytes, layout: Layout) -> None:
    if default := _DEFAULT_HEIGHT.search(data):
        layout.default_height = float(default[1])
    for tag in _ROW.findall(data):
        number, height = _NUMBER.search(tag), _HEIGHT.search(tag)
        if number and height:
            layout.heights[int(number[1])] = float(height[1])
