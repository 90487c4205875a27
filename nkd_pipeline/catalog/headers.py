"""Which column of a sheet is which field of an article."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from nkd_pipeline.catalog.cleaning import clean_text
from nkd_pipeline.catalog.source import SourceRow, Value, is_blank, reading

_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_LONGEST_HEADER = 100  # characters; longer cells are texts


@dataclass(frozen=True)
class ColumnWords:
    """`columns.toml`: for each field what its cells may hold, and its known headers with their rank, best first."""

    accepts: Mapping[str, str]
    ranks: Mapping[str, Mapping[str, int]]
    ignored_words: frozenset[str]


@dataclass(frozen=True)
class Header:
    """The header row of a sheet."""

    row: int  # as Excel counts
    columns: Mapping[str, int]  # field -> position in the row
    titles: tuple[str, ...]  # as found
    notes: tuple[str, ...] = ()

    def title(self, field: str) -> str:
        """The header of a field as the sheet has it."""
        return self.titles[self.columns[field]]


def plain(text: str) -> str:
    """Lower case, umlauts spelled out, accents dropped."""
    lower = unicodedata.normalize("NFC", text).lower().translate(_SPELLED_OUT)
    return "".join(char for char in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(char))


@lru_cache(maxsize=4096)
def header_key(text: str, ignored: frozenset[str] = frozenset()) -> str:
    """What two spellings of one header have in common: letters and digits, without the words to be ignored."""
    words = re.findall(r"[a-z0-9]+", plain(text))
    return "".join([word for word in words if word not in ignored] or words)


@cache
def column_words() -> ColumnWords:
    """The known headers, parsed once."""
    data = tomllib.loads(Path(__file__).with_name("columns.toml").read_text(encoding="utf-8"))
    fields = data["fields"]
    return ColumnWords(
        accepts={name: field["accepts"] for name, field in fields.items()},
        ranks={name: {header_key(header): rank for rank, header in reversed(list(enumerate(field["headers"])))} for name, field in fields.items()},
        ignored_words=frozenset(data["ignored_words"]),
    )


def find_header(rows: Sequence[SourceRow], wanted: Mapping[str, str]) -> Header | None:
    """The header row among the first rows: the one in which most fields are found.

    Args:
        rows: Rows of the sheet, top first.
        wanted: field -> header, as far as the user named them; where the sheet has no such header the known ones count.

    Returns:
        None when no row has a header for `name` or `description`.
    """
    best: Header | None = None
    for row in rows:
        if row.number > reading().limits.header_rows:
            break
        header = _as_header(row, wanted)
        if {"name", "description"} & header.columns.keys() and (best is None or len(header.columns) > len(best.columns)):
            best = header
    return best


def titles_of(cells: Sequence[Value]) -> tuple[str, ...]:
    """Cells as headers: single-line, trimmed; what is no text is no header. Empty cells at the end are dropped."""
    titles = [" ".join(clean_text(cell).split()) if isinstance(cell, str) else "" for cell in cells]
    while titles and not titles[-1]:
        titles.pop()
    return tuple(titles)


def _as_header(row: SourceRow, wanted: Mapping[str, str]) -> Header:
    words = column_words()
    titles = titles_of(row.cells)
    usable = {position: title for position, title in enumerate(titles) if title and len(title) <= _LONGEST_HEADER}
    columns: dict[str, int] = {}
    for field, header in wanted.items():
        position = next((at for at, title in usable.items() if _same(title, header)), None)
        if position is not None:
            columns[field] = position
    notes = []
    for field, ranks in words.ranks.items():
        found = sorted((rank, at) for at, title in usable.items() if at not in columns.values() and (rank := _rank(title, ranks)) is not None)
        if not found or field in columns:
            continue
        columns[field] = found[0][1]
        if others := [titles[at] for _, at in found[1:]]:
            cure = f'choose another with --column {field}="…"'
            notes.append(f'column "{titles[found[0][1]]}" was read as {field}, not {", ".join(map(repr, others))}; {cure}')
    unused = [title for at, title in usable.items() if at not in columns.values()]
    if unused:
        notes.append(f"columns not used: {', '.join(unused[:12])}{' …' if len(unused) > 12 else ''}")
    return Header(row.number, columns, titles, tuple(notes))


def _same(title: str, header: str) -> bool:
    key = header_key(header)
    return header_key(title) == key if key else title == header.strip()


def _rank(title: str, ranks: Mapping[str, int]) -> int | None:
    """Rank of a header among a field's; a remark in brackets does not count ("Farbe (Hauptfarbe)")."""
    ignored = column_words().ignored_words
    for text in (title, re.sub(r"[(\[].*?[)\]]", " ", title)):
        if (rank := ranks.get(header_key(text, ignored))) is not None:
            return rank
    return None


def repeats_header(row: SourceRow, header: Header) -> bool:
    """Whether a row below the header is a header again: of a second page, or the same in another language."""
    words = column_words()
    cells = {field: row.cells[at] for field, at in header.columns.items() if at < len(row.cells) and not is_blank(row.cells[at])}
    if len(cells) < min(2, len(header.columns)):
        return False
    for field, cell in cells.items():
        if not isinstance(cell, str) or len(cell) > _LONGEST_HEADER:
            return False
        if not _same(cell, header.title(field)) and _rank(cell, words.ranks[field]) is None:
            return False
    return True
