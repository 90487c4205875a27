"""Tables of the quality report: cells that know what they count, and the same rows for a page, a spreadsheet and a program."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from nkd_pipeline.report.statistics import Summary, describe

DIGITS = 4  # of numbers in files


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`; where `whole` is 0 there is no share, and `why` says the reason."""

    part: int
    whole: int
    why: str = ""

    def __post_init__(self) -> None:
        if self.whole:
            object.__setattr__(self, "why", "")

    @property
    def value(self) -> float | None:
        """0..1, None without a whole: nothing counted is not everything right."""
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class Mean:
    """A list of numbers by its mean; without numbers `why` says the reason."""

    summary: Summary | None
    why: str = ""

    @classmethod
    def of(cls, values: Iterable[float], why: str) -> Mean:
        """The mean of the values, or why there are none."""
        summary = describe(values)
        return cls(summary, "" if summary else why)


Cell = str | int | float | Share | Mean | None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns. `name` is that of its file; `note` says what is counted; `empty` is said instead when there are no rows."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str
    note: str = ""
    digits: int = 2  # of means and other numbers, as people read them

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why cells are empty, each once, in the order of the rows; the page names them below the table."""
        return tuple(dict.fromkeys(cell.why for row in self.rows for cell in row if isinstance(cell, Share | Mean) and cell.why))

    def letter(self, reason: str) -> str:
        """The letter by which cells point to one of `reasons`: a, b, ..., z, aa, ab, ..."""
        place, letters = self.reasons.index(reason), ""
        while place >= 0:
            place, last = divmod(place, 26)
            letters, place = chr(ord("a") + last) + letters, place - 1
        return letters


def plain_rows(table: Table) -> list[dict[str, Any]]:
    """Rows with plain values only: a share becomes four columns (share 0..1, part, whole, reason), a mean its numbers."""
    return [{name: value for column, cell in zip(table.columns, row, strict=True) for name, value in _plain(column, cell)} for row in table.rows]


def plain_columns(rows: Sequence[dict[str, Any]]) -> dict[str, type]:
    """Names and types of the columns of `plain_rows`, as exports take them."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    return {name: next((type(row[name]) for row in rows if row.get(name) is not None), str) for name in names}


def _plain(column: str, cell: Cell) -> list[tuple[str, Any]]:
    name = re.sub(r"\W+", "_", column.lower()).strip("_")
    if isinstance(cell, Share):
        value = None if cell.value is None else round(cell.value, DIGITS)
        return [(name, value), (f"{name}_count", cell.part), (f"{name}_of", cell.whole), (f"{name}_reason", cell.why or None)]
    if isinstance(cell, Mean):
        found = cell.summary
        numbers = {part: round(getattr(found, part), DIGITS) if found else None for part in ("mean", "median", "sd", "min", "max")}
        named = [(f"{name}_{part}", number) for part, number in numbers.items()]
        return [(f"{name}_n", found.n if found else 0), *named, (f"{name}_reason", cell.why or None)]
    return [(name, round(cell, DIGITS) if isinstance(cell, float) else cell)]
