"""Marks as a CSV file: out, for a spreadsheet or a colleague, and in again, all of it or nothing."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

from nkd_pipeline.catalog.decoding import decode
from nkd_pipeline.catalog.source import DeliveryError
from nkd_pipeline.execution.steps import read_rows
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.metrics.agreement import MARKS
from nkd_pipeline.records import ASPECTS, HumanMark
from nkd_pipeline.review.task import ReviewError, name_fault
from nkd_pipeline.storage.exports import write_export

COLUMNS = tuple(field.name for field in fields(HumanMark))
DELIMITERS = (",", ";", "\t")  # spreadsheets of many countries write semicolons
LISTED = 20  # faults that a message lists
_ATTEMPT = re.compile("[1-9][0-9]{0,3}")
_SHA256 = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: marks that are new or changed, and marks that the home knew already, or a later one in their place."""

    taken: int
    known: int


def export_marks(workspace: Workspace, shards: Iterable[str], path: Path) -> int:
    """Writes all marks of the shards, and returns how many there are."""
    rows = [dict(zip(COLUMNS, astuple(mark), strict=True)) for shard in shards for marks in workspace.marks(shard).values() for mark in marks]
    write_export(path, "csv", {name: int if name == "attempt" else str for name in COLUMNS}, rows)
    return len(rows)


def import_marks(workspace: Workspace, path: Path) -> Imported:
    """Adds the marks of a file to the home's; of two marks of one reviewer on the same picture and aspect the later counts.

    Raises ReviewError, with row, column and cure of what is wrong, before anything is written.
    """
    shards: dict[str, list[str]] = defaultdict(list)
    for shard in workspace.shards():
        for row in workspace.delivered(shard):
            shards[row.article_id].append(shard)
    by_shard: dict[str, list[HumanMark]] = defaultdict(list)
    for mark in read_marks(path, shards):
        by_shard[_shard(workspace, shards[mark.article_id], mark)].append(mark)
    taken = sum(_add(workspace, shard, marks) for shard, marks in sorted(by_shard.items()))
    return Imported(taken, sum(map(len, by_shard.values())) - taken)


def _shard(workspace: Workspace, candidates: Sequence[str], mark: HumanMark) -> str:
    """Where a mark belongs: catalogs may have articles of the same name, and then the picture decides."""
    if len(candidates) == 1:
        return candidates[0]
    images = {shard: read_rows(workspace, "generated_images", shard).get(mark.article_id) for shard in candidates}
    return next((shard for shard, row in images.items() if row and row.record and row.record.sha256 == mark.sha256), candidates[0])


def read_marks(path: Path, articles: Mapping[str, object]) -> list[HumanMark]:
    """The marks of a file, whose articles must be among those given. Raises ReviewError for the whole file when one row is wrong."""
    if not path.is_file():
        raise ReviewError(f"{path}: there is no such file. Name one that `nkd review export` wrote.")
    lines = _rows(path)
    faults: list[str] = []
    marks = []
    for number, cells in lines:
        row_faults = _faults(cells, articles)
        faults += [f"row {number}, column {column}: {fault}" for column, fault in row_faults.items()]
        if not row_faults:
            marks.append(HumanMark(**{**cells, "attempt": int(cells["attempt"]), "marked_at": _time(cells["marked_at"]).isoformat()}))  # type: ignore[arg-type]
    if faults:
        more = f"\n… and {len(faults) - LISTED} more" if len(faults) > LISTED else ""
        raise ReviewError(f"{path.name}: nothing was imported.\n" + "\n".join(faults[:LISTED]) + more)
    return marks


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Row number, as a spreadsheet counts, and cells by column."""
    try:
        text, _ = decode(path)
        tables = [list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)) for delimiter in DELIMITERS]
    except DeliveryError as error:
        raise ReviewError(str(error)) from error
    except csv.Error as error:
        raise ReviewError(f"{path.name}: {error}. Start from a file that `nkd review export` wrote.") from error
    for lines in tables:
        header = [cell.strip() for cell in lines[0]] if lines else []
        if set(COLUMNS) <= set(header):
            break
    else:
        raise ReviewError(f"{path.name}, row 1: the columns {', '.join(COLUMNS)} are needed. Start from a file that `nkd review export` wrote.")
    filled = [(number, cells) for number, cells in enumerate(lines[1:], 2) if any(cell.strip() for cell in cells)]
    padded = ((number, dict(zip(header, [*cells, *[""] * len(header)], strict=False))) for number, cells in filled)
    return [(number, {name: cells[name] for name in COLUMNS}) for number, cells in padded]


def _faults(cells: Mapping[str, str], articles: Mapping[str, object]) -> dict[str, str]:
    """What is wrong with a row and how to cure it, by column."""
    found = {
        "article_id": ""
        if cells["article_id"] in articles
        else f'no article is called "{cells["article_id"]}" here. Correct it, or take in its delivery',
        "attempt": "" if _ATTEMPT.fullmatch(cells["attempt"]) else "write the number of the attempt: 1, 2, …",
        "sha256": "" if _SHA256.fullmatch(cells["sha256"]) else "write the picture's SHA-256, 64 digits 0-9 a-f, as it was exported",
        "reviewer": name_fault(cells["reviewer"]),
        "aspect": "" if cells["aspect"] in ASPECTS else f'"{cells["aspect"]}" is no aspect. Write one of {", ".join(ASPECTS)}',
        "mark": "" if cells["mark"] in MARKS else f'"{cells["mark"]}" is no mark. Write one of {", ".join(MARKS)}',
        "marked_at": "" if _time_or_none(cells["marked_at"]) else "write a time like 2026-03-31T14:05:00+00:00",
    }
    return {column: fault for column, fault in found.items() if fault}


def _time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)


def _time_or_none(text: str) -> datetime | None:
    try:
        return _time(text)
    except (ValueError, OverflowError):
        return None


def _add(workspace: Workspace, shard: str, marks: Sequence[HumanMark]) -> int:
    """Writes the marks that are later than what the shard has, and returns their number."""
    with workspace.tables.locked("marks", shard):
        stored = workspace.tables.read_records("marks", HumanMark, shard)
        known = {_subject(mark): mark for mark in stored}
        after = dict(known)
        for mark in marks:
            before = after.get(_subject(mark))
            if before is None or _time(before.marked_at) < _time(mark.marked_at):
                after[_subject(mark)] = mark
        if after != known:
            workspace.tables.write_records("marks", HumanMark, shard, after.values())
    return sum(known.get(subject) != mark for subject, mark in after.items())


def _subject(mark: HumanMark) -> tuple[str, ...]:
    return (mark.article_id, mark.sha256, mark.reviewer, mark.aspect)
