"""One Parquet file per table and shard: what a stage computed for each article, and how that went.

Every stage table has one row per article with the columns of `RowState` followed by those of its record. A row that failed has a state and no
record. Files are replaced as a whole, so any tool may read them at any time.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from nkd_pipeline.storage import files
from nkd_pipeline.storage.fault_points import fault_point
from nkd_pipeline.storage.home import Home
from nkd_pipeline.storage.places import is_remote, read_bytes
from nkd_pipeline.storage.schema import from_plain, schema_of, to_plain

R = TypeVar("R")
OK, FAILED, SKIPPED = "ok", "failed", "skipped"


@dataclass(frozen=True, slots=True)
class RowState:
    """How a row came about. `produced_at` is UTC, ISO 8601; `duration_ms` is the row's share of its batch."""

    article_id: str
    status: str  # ok, failed, skipped (an earlier stage has nothing for it)
    error_kind: str | None
    error: str | None
    input_hash: str
    backend: str
    attempt: int
    duration_ms: float
    produced_at: str


@dataclass(frozen=True, slots=True)
class StageRow(Generic[R]):
    """A row of a stage table."""

    state: RowState
    record: R | None

    @property
    def ok(self) -> bool:
        return self.state.status == OK


class TableError(Exception):
    """A table file that cannot be read as what it should be."""


class Tables:
    """The tables of one home."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def read(self, name: str, record: type[R], shard: str) -> dict[str, StageRow[R]]:
        """Rows of a stage table by article id, in the table's order; empty when there is no table yet."""
        return dict(self._cached(name, record, shard, _stage_rows))

    def write(self, name: str, record: type[R], shard: str, rows: Iterable[StageRow[R]]) -> None:
        """Replaces a stage table."""
        plain = [plain_row(row) for row in rows]
        _write(self._home.table(name, shard), plain, _stage_schema(record), {"shard": shard, "table": name})

    def read_records(self, name: str, record: type[R], key: str) -> list[R]:
        """Rows of a table that holds records without a state (deliveries, quarantine, attempts)."""
        return list(self._cached(name, record, key, _records))

    def columns(self, name: str, key: str, wanted: Sequence[str]) -> list[dict[str, Any]]:
        """Some columns of a table, as plain values by row; quick, since whole rows are large. Empty when there is no table yet."""
        return _read_columns(self._home.table(name, key), wanted)

    def write_records(self, name: str, record: type[R], key: str, rows: Iterable[R]) -> None:
        """Replaces a table of records without a state."""
        _write(self._home.table(name, key), [to_plain(row) for row in rows], schema_of(record), {"table": name})

    def keys(self, name: str) -> list[str]:
        """Shards (or catalogs) that a table has, sorted."""
        return sorted(path.stem for path in self._home.table(name, "x").parent.glob("*.parquet"))

    @contextlib.contextmanager
    def locked(self, name: str, shard: str) -> Iterator[None]:
        """Holds the table for writing; a second run waits. The lock of a dead process is freed."""
        with self._home.locked(f"{name}.{shard}"):
            fault_point("lock.taken")
            files.remove_leftovers(self._home.table(name, shard))
            yield

    def _cached(self, name: str, record: type, key: str, decode: Callable[[Path, type], Any]) -> Any:  # noqa: ANN401 - what decode returns
        path = self._home.table(name, key)
        try:
            return _decoded(decode, path, record, files.version(path))
        except FileNotFoundError:
            return ()


@functools.lru_cache(maxsize=32)
def _decoded(decode: Callable[[Path, type], Any], path: Path, record: type, _: tuple[object, ...]) -> Any:  # noqa: ANN401
    # the steps of a run read the same tables again and again; a replaced file has another version, so the old one is never served
    return decode(path, record)


def _stage_rows(path: Path, record: type) -> dict[str, StageRow[Any]]:
    return {row["article_id"]: stage_row(record, row) for row in _read_plain(path, _stage_schema(record))}


def _records(path: Path, record: type) -> list[Any]:
    return [from_plain(record, row) for row in _read_plain(path, schema_of(record))]


def _read_plain(path: Path, schema: pa.Schema) -> list[dict[str, Any]]:
    try:
        # not read_table: that goes through pyarrow.dataset, which imports pandas, half a second in every short command
        with pq.ParquetFile(_source(path)) as file:
            table = file.read()
    except pa.ArrowInvalid as error:
        raise TableError(f"{path} is not a readable Parquet file ({error}). Delete it: the rows are computed again.") from error
    if "article_id" in schema.names and "article_id" not in table.schema.names:
        raise TableError(f"{path} has no column article_id, so it is none of this pipeline's tables. Move it away.")
    for field in schema:
        if field.name in table.schema.names and not table.schema.field(field.name).type.equals(field.type):
            table = _cast(path, table, field)
    return table.to_pylist()  # type: ignore[no-any-return]


def _source(path: Path) -> Any:  # noqa: ANN401 - what pyarrow reads from
    # an object comes whole, in one request: reading its parts one by one takes several
    return pa.BufferReader(read_bytes(path)) if is_remote(path) else path


def _read_columns(path: Path, wanted: Sequence[str]) -> list[dict[str, Any]]:
    try:
        with pq.ParquetFile(_source(path)) as file:
            return file.read(columns=list(wanted)).to_pylist()  # type: ignore[no-any-return]
    except FileNotFoundError:
        return []
    except pa.ArrowInvalid as error:
        raise TableError(f"{path} is not a readable Parquet file ({error}). Delete it: the rows are computed again.") from error


def _cast(path: Path, table: pa.Table, field: pa.Field) -> pa.Table:
    # tables that went through pandas or Polars come back with other string types
    try:
        column = table.column(field.name).cast(field.type)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise TableError(f"{path}: column {field.name} is not {field.type}. Delete the file: its rows are computed again.") from error
    return table.set_column(table.schema.get_field_index(field.name), field, column)


def _stage_schema(record: type) -> pa.Schema:
    state, payload = schema_of(RowState), schema_of(record)
    return pa.schema([*state, *(field for field in payload if field.name not in state.names)])


def plain_row(row: StageRow[Any]) -> dict[str, Any]:
    """A row as plain values by column."""
    return {**(to_plain(row.record) if row.record is not None else {}), **to_plain(row.state)}


def stage_row(record: type[R], row: Mapping[str, Any]) -> StageRow[R]:
    """The inverse of `plain_row`."""
    state = from_plain(RowState, row)
    return StageRow(state, from_plain(record, row) if state.status == OK else None)


def _write(path: Path, rows: list[dict[str, Any]], schema: pa.Schema, note: Mapping[str, str]) -> None:
    table = pa.Table.from_pylist(rows, schema=schema.with_metadata({f"nkd:{key}": value for key, value in note.items()}))
    files.replace_atomically(path, lambda stream: pq.write_table(table, stream, compression="zstd"))
