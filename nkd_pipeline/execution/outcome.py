"""What a run of a stage is asked to do, and what it came to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from nkd_pipeline.storage.tables import StageRow

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Blocked:
    """An article for which an earlier stage has nothing; it is recorded as skipped."""

    article_id: str
    why: str


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How to run: `only` limits to these articles, `attempts` are the articles' attempt numbers (1 when absent)."""

    only: frozenset[str] | None = None
    attempts: Mapping[str, int] = field(default_factory=dict)
    faults: frozenset[str] = frozenset()
    workers: int = 1  # processes for parallel stages; 0: one per core
    flush_seconds: float = 3.0
    progress: Callable[[int, int], None] | None = None  # rows done, rows to do


@dataclass(slots=True)
class Counts:
    """What a run did. `bisections` counts batches that were halved because something in them raised."""

    kept: int = 0
    computed: int = 0
    failed: int = 0
    skipped: int = 0
    batches: int = 0
    bisections: int = 0


@dataclass(frozen=True, slots=True)
class Outcome(Generic[R]):
    """All rows of the table after the run, in the order of the articles, and what the run did."""

    rows: dict[str, StageRow[R]]
    counts: Counts
    seconds: float
