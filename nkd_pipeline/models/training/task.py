"""What is trained, and on what."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


class TrainingError(Exception):
    """A training that cannot be done or has gone wrong; the message says the cure."""


@dataclass(frozen=True, slots=True)
class Card:
    """What MODEL_CARD.md says of a model besides its recipe and its figures."""

    title: str
    summary: str  # what it is for, in a sentence or two
    base: str  # id@commit of the model that was trained further, or how it was made from nothing
    licence: str
    rows: str  # what it was trained on, in words: "1,200 pairs from the project's own articles"


@dataclass(frozen=True, slots=True)
class Task:
    """A model in its starting state, and its rows.

    `collate` makes a batch of some rows: tensors by the names of the model's arguments, `labels` among them, -100 where nothing is to be learnt. A
    row must be the same whenever it is asked for. `measure` is called with the model at the end of each epoch.
    """

    model: Any
    processing: Any  # tokenizer or processor, saved beside the model
    rows: Sequence[Any]
    held_out: Sequence[Any]
    collate: Callable[[list[Any]], dict[str, Any]]
    card: Card
    measure: Callable[[Any], Mapping[str, float]] = field(default=lambda _: {})


def fingerprint(recipe: object, base: str, rows: Iterable[object]) -> str:
    """16 hex digits for a training: another recipe, base model or row gives others. Fields of rows marked `hashed: False` do not count."""
    digest = hashlib.sha256(f"{recipe!r}\n{base}\n".encode())
    for row in rows:
        digest.update(json.dumps(_hashed(row), ensure_ascii=False, default=str).encode("utf-8", "surrogatepass") + b"\n")
    return digest.hexdigest()[:16]


def _hashed(row: Any) -> list[Any]:  # noqa: ANN401 - any record
    return [getattr(row, one.name) for one in dataclasses.fields(row) if one.metadata.get("hashed", True)]
