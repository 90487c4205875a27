"""Pictures laid over the cells of a sheet: which row each belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from nkd_pipeline.catalog.markup import MarkupError, Reader, attribute
from nkd_pipeline.catalog.package import Package
from nkd_pipeline.catalog.sheet import Layout

_EMU_PER_POINT = 12_700
_LONGEST_SPAN = 100  # rows looked at below the first
_ANCHORS = ("twoCellAnchor", "oneCellAnchor")
_NUMBER = re.compile(r"-?\d{1,12}")
_LISTED = 10  # rows that a note names


@dataclass
class _Anchor:
    """Where a picture lies: markers and extent as the drawing has them."""

    start: dict[str, int] = field(default_factory=dict)  # row (from 0), rowOff (EMU)
    end: dict[str, int] = field(default_factory=dict)
    height: int = 0  # EMU; of an anchor without an end
    picture: str | None = None  # relation id


class _Drawing(Reader):
    """Collects the anchors that hold a picture; of several pictures in one the first counts."""

    def __init__(self) -> None:
        self.anchors: list[_Anchor] = []
        self._path: list[str] = []  # elements within the anchor
        self._anchor: _Anchor | None = None
        self._text = ""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name in _ANCHORS:
            self._anchor, self._path = _Anchor(), []
            return
        if self._anchor is None:
            return
        self._path.append(name)
        self._text = ""
        if name == "blip" and self._anchor.picture is None:
            self._anchor.picture = attribute(attributes, "embed")
        elif self._path == ["ext"]:
            self._anchor.height = _number(attributes.get("cy", ""))

    def text(self, data: str) -> None:
        self._text = (self._text + data)[:20]

    def end(self, name: str) -> None:
        if self._anchor is None:
            return
        if name in _ANCHORS:
            if self._anchor.picture is not None:
                self.anchors.append(self._anchor)
            self._anchor = None
            return
        if self._path[:-1] in (["from"], ["to"]):
            marker = self._anchor.start if self._path[0] == "from" else self._anchor.end
            marker[name] = _number(self._text)
        self._path.pop()


def _number(text: str) -> int:
    return int(text) if _NUMBER.fullmatch(text.strip()) else 0


def sheet_pictures(package: Package, sheet: str, layout: Layout) -> tuple[dict[int, str], list[str]]:
    """Row number -> part of the picture that lies on it, and notes.

    Of several pictures on one row the first in the file counts. A drawing that is damaged costs its pictures and nothing else.
    """
    found: dict[int, str] = {}
    linked, several, notes = set(), set(), []
    for part in (place for kind, place in package.related(sheet).values() if kind == "drawing"):
        drawing = _Drawing()
        try:
            related = package.related(part)
            package.scan(part, drawing)
        except MarkupError as error:
            notes.append(f"photos were not read, their places are damaged ({error}). Open the workbook in Excel and save it again")
            continue
        for anchor in drawing.anchors:
            row = _row(anchor, layout)
            if anchor.picture not in related:
                linked.add(row)
            elif found.setdefault(row, related[anchor.picture][1]) != related[anchor.picture][1]:
                several.add(row)
    if linked:
        notes.append(f"photos that are only linked were not read. Insert them into the file instead ({rows_listed(linked)})")
    if several:
        notes.append(f"rows with several photos: the first was taken ({rows_listed(several)})")
    return found, notes


def rows_listed(rows: Iterable[int]) -> str:
    """Row numbers for a note, the first few of many."""
    numbers = sorted(rows)
    more = f" and {len(numbers) - _LISTED:,} more" if len(numbers) > _LISTED else ""
    return f"row{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers[:_LISTED]))}{more}"


def _row(anchor: _Anchor, layout: Layout) -> int:
    """The row, as Excel counts, that the picture belongs to.

    Over two rows that is the one it covers more of; over more (a large picture beside low rows) the first, unless the picture begins near its end.
    """
    first = anchor.start.get("row", 0) + 1
    covers = _covers(anchor, first, layout)
    if len(covers) == 2:
        return first + int(covers[1] > covers[0])
    half = layout.heights.get(first, layout.default_height) * _EMU_PER_POINT / 2
    return first if len(covers) == 1 or covers[0] >= half else first + 1


def _covers(anchor: _Anchor, first: int, layout: Layout) -> list[float]:
    """How much of each row's height the picture takes, in EMU, from its first row on."""
    start, end = anchor.start, anchor.end
    last = max(first, end.get("row", 0) + 1) if end else first + _LONGEST_SPAN
    left = float("inf") if end else float(anchor.height)
    covers: list[float] = []
    for row in range(first, min(last, first + _LONGEST_SPAN) + 1):
        height = layout.heights.get(row, layout.default_height) * _EMU_PER_POINT
        top = min(start.get("rowOff", 0), height) if row == first else 0.0
        bottom = min(end.get("rowOff", 0), height) if end and row == last else height
        covers.append(max(0.0, min(bottom - top, left)))
        left -= covers[-1]
        if left <= 0:
            break
    while len(covers) > 1 and covers[-1] <= 0:
        covers.pop()
    return covers
