"""Pairs of prompts from a Parquet, CSV or JSONL file with the columns `basic` and `improved`, or from such a file of a data set on the hub."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from nkd_pipeline.models.checkpoint import Checkpoint
from nkd_pipeline.models.hub_errors import explained
from nkd_pipeline.models.prompt_improver.article_pairs import is_held_out
from nkd_pipeline.records.studies import PromptPair

COLUMNS = ("basic", "improved")
LONGEST = 20_000  # characters of a text
MOST = 2_000_000  # rows of a file


class PairsError(Exception):
    """A file of pairs that cannot be used; the message names the file, the row, the column and the cure."""


def read_pairs(path: Path, held_out_share: float = 0.1) -> list[PromptPair]:
    """The pairs of a file in its order, each short prompt once. Raises PairsError."""
    readers = {".parquet": _parquet, ".csv": _csv, ".jsonl": _jsonl}
    if path.suffix.lower() not in readers:
        raise PairsError(f"{path}: pairs are read from files that end in {', '.join(readers)}. Rename or convert it.")
    pairs: dict[str, PromptPair] = {}
    try:
        for number, row in readers[path.suffix.lower()](path):
            if number > MOST:
                raise PairsError(f"{path} has more than {MOST:,} rows. Split it.")
            basic, improved = (_text(path, number, column, row.get(column)) for column in COLUMNS)
            pairs.setdefault(basic, PromptPair(str(number), basic, improved, is_held_out(basic, held_out_share)))
    except OSError as error:
        raise PairsError(f"{path} cannot be read: {error.strerror or error}. Correct the path in the profile.") from error
    except UnicodeDecodeError as error:
        raise PairsError(f"{path} is not UTF-8 at byte {error.start:,}. Save it as UTF-8.") from error
    if not pairs:
        raise PairsError(f"{path} holds no pairs.")
    return list(pairs.values())


def hub_file(dataset: str, revision: str, name: str) -> Path:
    """A file of a data set on the hub, downloaded when it is not on this machine; `revision` is a full commit. Raises PairsError, CheckpointError."""
    asked = Checkpoint(model=dataset, revision=revision)
    with explained(asked):
        from huggingface_hub import hf_hub_download
        from huggingface_hub.errors import RemoteEntryNotFoundError

        try:
            return Path(hf_hub_download(asked.model, name, repo_type="dataset", revision=asked.revision))
        except RemoteEntryNotFoundError:
            missing = PairsError(f"Data set {dataset} has no file {name} at {revision[:8]}. Correct file in the profile.")
    raise missing


def _text(path: Path, row: int, column: str, value: Any) -> str:  # noqa: ANN401 - whatever a file holds
    if not isinstance(value, str) or not value.strip():
        found = "nothing" if value is None or isinstance(value, str) else f"{type(value).__name__} {str(value)[:40]!r}"
        raise PairsError(f"{path}, row {row}, column {column}: a text is needed, there is {found}. Fill it in or remove the row.")
    if len(value) > LONGEST:
        raise PairsError(f"{path}, row {row}, column {column}: {len(value):,} characters, more than {LONGEST:,}. Shorten it or remove the row.")
    return " ".join(value.split())


def _require_columns(path: Path, found: Iterable[str]) -> None:
    found = list(found)
    if missing := [column for column in COLUMNS if column not in found]:
        raise PairsError(f"{path} has no column {' and none '.join(missing)}. Found: {', '.join(found) or 'none'}. Rename its columns.")


def _parquet(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            _require_columns(path, file.schema_arrow.names)
            number = 0
            for batch in file.iter_batches(columns=list(COLUMNS)):
                for row in batch.to_pylist():
                    number += 1
                    yield number, row
    except pa.ArrowException as error:
        raise PairsError(f"{path} is no sound Parquet file: {str(error).splitlines()[0]}. Write it again.") from error


def _csv(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        try:
            _require_columns(path, reader.fieldnames or ())
            yield from enumerate(reader, start=2)  # as a spreadsheet counts: the header is row 1
        except csv.Error as error:
            raise PairsError(f"{path}, line {reader.line_num + 1}: {error}. Put texts with commas or quotes into double quotes.") from error


def _jsonl(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    with path.open(encoding="utf-8-sig") as stream:
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                row = None
            if not isinstance(row, dict):
                raise PairsError(f'{path}, row {number}: no JSON object such as {{"basic": "…", "improved": "…"}}. Correct or remove the line.')
            _require_columns(path, row)
            yield number, row
