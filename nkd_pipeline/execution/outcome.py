"""What a run of a stage is asked to do, and what it came to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Literal, Protocol, TypeVar

from nkd_pipeline.storage.tables import StageRow

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Blocked:
    """An article for which an earlier stage has nothing; it is recorded as skipped."""

    article_id: str
    why: str


class Listener(Protocol):
    """Who is told while a stage runs."""

    def begun(self, todo: int) -> None:
        """So many rows are to be computed; not called when there are none."""

    def batch(self, article_ids: Sequence[str], seconds: float, worker_seconds: float, device_seconds: float) -> None:
        """These rows were computed together; processor time and device time of another process are its own."""

    def failed(self, article_id: str, kind: str, message: str) -> None:
        """This row failed for good in this run."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How to run: `only` limits to these articles, `attempts` are the articles' attempt numbers (1 when absent)."""

    only: frozenset[str] | None = None
    attempts: Mapping[str, int] = field(default_factory=dict)
    faults: frozenset[str] = frozenset()
    engine: Literal["local", "ray"] = "local"
    workers: int = 1  # processes for parallel stages; 0: one per core, or as many as the Ray cluster has places
    flush_seconds: float = 3.0
    progress: Callable[[int, int], None] | None = None  # rows done, rows to do
    listener: Listener | None = None


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
    device_seconds: float = 0.0  # seconds x leased devices
    processor_seconds: float = 0.0  # of this process and its workers
