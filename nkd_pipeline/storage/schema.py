"""Parquet schemas from the records' own type hints, so that a table can never disagree with its record."""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa

_PLAIN: dict[type, pa.DataType] = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}


def schema_of(record: type) -> pa.Schema:
    """Arrow schema of a record; every column is nullable, since a failed row has no result."""
    return pa.schema([pa.field(name, _arrow_type(hint)) for name, hint in _hints(record).items()])


@functools.cache
def _hints(record: type) -> dict[str, Any]:
    hints = typing.get_type_hints(record)
    return {field.name: hints[field.name] for field in dataclasses.fields(record)}


def _arrow_type(hint: Any) -> pa.DataType:  # noqa: ANN401 - a type hint can be anything
    hint = _without_none(hint)
    if hint in _PLAIN:
        return _PLAIN[hint]
    if typing.get_origin(hint) is tuple:
        return pa.list_(_arrow_type(typing.get_args(hint)[0]))
    if dataclasses.is_dataclass(hint):
        return pa.struct([pa.field(name, _arrow_type(inner)) for name, inner in _hints(hint).items()])  # type: ignore[arg-type]
    raise TypeError(f"records hold str, int, float, bool, tuples and records of these, not {hint}")


def _without_none(hint: Any) -> Any:  # noqa: ANN401
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        (hint,) = [inner for inner in typing.get_args(hint) if inner is not type(None)]
    return hint


def to_plain(record: Any) -> Any:  # noqa: ANN401
    """A record as dicts, lists and plain values, as Arrow and JSON take it."""
    if dataclasses.is_dataclass(record):
        return {field.name: to_plain(getattr(record, field.name)) for field in dataclasses.fields(record)}
    if isinstance(record, tuple | list):
        return [to_plain(item) for item in record]
    return record


def from_plain(record: type, values: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """The inverse of `to_plain`; columns that the record does not have are ignored."""
    return record(**{name: read(values.get(name)) if read else values.get(name) for name, read in _readers(record).items()})


@functools.cache
def _readers(record: type) -> dict[str, Callable[[Any], Any] | None]:
    # worked out once per record: reading a shard's tables asks for thousands of values
    return {name: _reader(hint) for name, hint in _hints(record).items()}


def _reader(hint: Any) -> Callable[[Any], Any] | None:  # noqa: ANN401
    """What turns a plain value into the hinted one; None where it stays as it is."""
    hint = _without_none(hint)
    if typing.get_origin(hint) is tuple:
        inner = _reader(typing.get_args(hint)[0])
        return lambda items: tuple(map(inner, items or ())) if inner else tuple(items or ())
    if dataclasses.is_dataclass(hint):
        return lambda values: None if values is None else from_plain(hint, values)  # type: ignore[arg-type]
    return None
