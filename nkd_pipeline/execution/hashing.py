"""What a row's result depends on, as one short hash."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
from typing import Any

from nkd_pipeline.stage import Stage


def fingerprint_of(stage: Stage[Any, Any]) -> str:
    """The stage's side of the hash: backend, code version, settings, model ids."""
    return json.dumps(stage.fingerprint(), sort_keys=True, default=str)


def input_hash(order: Any, fingerprint: str) -> str:  # noqa: ANN401 - any record
    """32 hex digits over the row's inputs and the stage's fingerprint; fields marked `hashed: False` do not count."""
    text = json.dumps(_hashable(order), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(f"{fingerprint}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _hashable(value: Any) -> Any:  # noqa: ANN401
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, tuple | list):
        return [_hashable(item) for item in value]
    record: type = type(value)
    return {name: _hashable(getattr(value, name)) for name in _hashed_fields(record)}


@functools.cache
def _hashed_fields(record: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(record) if field.metadata.get("hashed", True))
