"""Running a stage in a study's home: the same runner, locks and tables as the main flow's."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from nkd_pipeline.execution.logs import logging_to
from nkd_pipeline.execution.outcome import Blocked, Outcome, RunOptions
from nkd_pipeline.execution.runner import run_stage
from nkd_pipeline.execution.stage_runs import Recorder
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.records import GeneratedImage, RenderedImage
from nkd_pipeline.records.studies import EpochReport
from nkd_pipeline.stage import Stage
from nkd_pipeline.storage.home import Home
from nkd_pipeline.storage.tables import StageRow

R = TypeVar("R")
SHARD = "study"  # the one shard of most of a study's tables


class StudyError(Exception):
    """A study that cannot go on as it is set up; the message names what is missing and the cure."""


def study_workspace(main: Workspace, name: str) -> Workspace:
    """The study's own home, `<home>/studies/<name>`, with the profile of the home that it lies in."""
    return Workspace(Home(main.home.root / "studies" / name), main.profile)


@dataclass(slots=True)
class StudyRun:
    """One materialization in a study: where it works, whom it tells, and what it ran."""

    main: Workspace  # the home that the study lies in
    study: Workspace
    told: Callable[[EpochReport], None] = lambda _: None  # at the end of each epoch of a training
    progress: Callable[[str, int, int], None] | None = None  # table, rows done, rows to do
    outcomes: dict[str, Outcome[Any]] = field(default_factory=dict)  # by table, or table and shard where it is another one

    def table(
        self,
        name: str,
        record: type[R],
        stage: Stage[Any, Any],
        orders: Sequence[Any],
        *,
        shard: str = SHARD,
        attempt: int = 1,
    ) -> dict[str, R]:
        """Brings a stage's table up to date and returns the records of the rows that went well, by article.

        Orders are what the stage is given, or Blocked. Pictures are stored under `attempt`.
        """
        tables, run = self.study.tables, self.study.profile.run

        def kept(image: RenderedImage) -> GeneratedImage:
            return self.study.images.put(shard, dataclasses.replace(image, attempt=attempt))

        log = logging_to(self.study.home.local / "logs" / "nkd.jsonl")
        with log, tables.locked(name, shard), Recorder(self.study, name, shard) as recorder:
            options = RunOptions(
                engine=run.engine, workers=run.workers, flush_seconds=run.flush_seconds, listener=recorder, progress=self._progress_of(name, shard)
            )
            previous = _present(self.study, record, shard, tables.read(name, record, shard))
            store: Callable[[Any], Any] = kept if record is GeneratedImage else lambda result: result
            outcome: Outcome[R] = run_stage(
                stage, orders, previous, lambda rows: tables.write(name, record, shard, rows), store=store, options=options
            )
        self.outcomes[_key(name, shard)] = outcome
        return {article_id: row.record for article_id, row in outcome.rows.items() if row.record is not None}

    def plain(self, name: str, record: type[R], rows: Sequence[R], *, shard: str = SHARD) -> None:
        """Writes a table of plain records, unless it is there as it should be."""
        tables = self.study.tables
        with tables.locked(name, shard):
            if not self.study.home.table(name, shard).exists() or tables.read_records(name, record, shard) != list(rows):
                tables.write_records(name, record, shard, rows)

    def _progress_of(self, name: str, shard: str) -> Callable[[int, int], None] | None:
        show = self.progress
        return (lambda done, todo: show(_key(name, shard), done, todo)) if show else None


def read_table(study: Workspace, name: str, record: type[R], asset: str, *, shard: str = SHARD) -> dict[str, R]:
    """The good rows of a stage table by article. Raises StudyError when `asset`, which makes the table, has not been materialized."""
    rows = study.tables.read(name, record, shard)
    if not rows and not study.home.table(name, shard).exists():
        raise missing(asset)
    return {article_id: row.record for article_id, row in rows.items() if row.record is not None}


def read_plain(study: Workspace, name: str, record: type[R], asset: str) -> list[R]:
    """A table of plain records. Raises StudyError when `asset`, which makes it, has not been materialized."""
    if not study.home.table(name, SHARD).exists():
        raise missing(asset)
    return study.tables.read_records(name, record, SHARD)


def missing(asset: str) -> StudyError:
    """The error for what an earlier asset should have made."""
    return StudyError(f"{asset} has not been materialized in this home. Materialize it first, or the whole group: `nkd study` does.")


def joined(wanted: Iterable[str], made: Mapping[str, R], asset: str, order: Callable[[R], Any]) -> list[Any]:
    """One order for each article, Blocked where `asset` has nothing for it."""
    return [order(made[article_id]) if article_id in made else Blocked(article_id, f"{asset} has nothing for it") for article_id in wanted]


def picture_file(study: Workspace, image: GeneratedImage) -> str:
    """Where a picture lies, as records name it."""
    return str(study.images.path(image))


def _key(name: str, shard: str) -> str:
    return name if shard == SHARD else f"{name} {shard}"


def _present(study: Workspace, record: type, shard: str, rows: dict[str, StageRow[Any]]) -> dict[str, StageRow[Any]]:
    """Without the pictures whose file is gone, so that they are made again."""
    if record is not GeneratedImage:
        return rows
    there: dict[str, tuple[Path, ...]] = study.images.attempts(shard)
    return {key: row for key, row in rows.items() if row.record is None or study.images.path(row.record) in there.get(key, ())}
