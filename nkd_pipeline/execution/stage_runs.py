"""What runs of stages took: one row of table `stage_runs` for each that computed something, and a note about those that are under way."""

from __future__ import annotations

import dataclasses
import json
import logging
import os
import socket
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from nkd_pipeline.execution.logs import event
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.storage import files, processes
from nkd_pipeline.storage.home import Home

TABLE, CPU = "stage_runs", "cpu"
NOTE_SECONDS = 2.0  # how old a note about a running stage may be
SHOWN_ERROR = 500  # characters


@dataclass(frozen=True, slots=True)
class StageRun:
    """One run of one stage over one shard."""

    asset: str
    started_at: str  # UTC, ISO 8601
    todo: int  # rows
    device: str  # as torch names it: cpu, cuda:0
    host: str
    process: str  # identity of the process
    ended: str  # "", error (the stage broke off), killed (its process did); running only in notes
    seconds: float = 0.0
    computed: int = 0
    failed: int = 0
    device_seconds: float = 0.0  # seconds x leased devices; 0 without one
    processor_seconds: float = 0.0  # of this process and its workers

    @property
    def done(self) -> int:
        return self.computed + self.failed


@dataclass(frozen=True, slots=True)
class Cost:
    """What stages took together."""

    seconds: float = 0.0
    device_seconds: float = 0.0
    processor_seconds: float = 0.0
    rows: int = 0

    @classmethod
    def of(cls, runs: Iterable[StageRun]) -> Cost:
        """The sum of all runs."""
        return sum((cls(run.seconds, run.device_seconds, run.processor_seconds, run.done) for run in runs), cls())

    @property
    def metadata(self) -> dict[str, float]:
        """What Dagster shows of it, in seconds to one place."""
        return {
            "computing_seconds": round(self.seconds, 1),
            "device_seconds": round(self.device_seconds, 1),
            "processor_seconds": round(self.processor_seconds, 1),
        }

    def __add__(self, other: Cost) -> Cost:
        return Cost(
            self.seconds + other.seconds,
            self.device_seconds + other.device_seconds,
            self.processor_seconds + other.processor_seconds,
            self.rows + other.rows,
        )


def stage_runs(workspace: Workspace, shard: str) -> list[StageRun]:
    """The runs of a shard's stages so far, oldest first."""
    return workspace.tables.read_records(TABLE, StageRun, shard)


def running(workspace: Workspace) -> list[tuple[str, StageRun]]:
    """(shard, run as it stands) of the stages that are at work now; a process of this machine that is gone is not."""
    notes = [(path.parent.name, _read_note(path)) for path in sorted((workspace.home.local / "running").glob("*/*.json"))]
    return [(shard, note) for shard, note in notes if note and (note.host != socket.gethostname() or processes.alive(note.process))]


class Recorder:
    """Listens to one run of a stage: writes the log, keeps the note, adds the row at the end. Used under the lock of the stage's table."""

    def __init__(self, workspace: Workspace, asset: str, shard: str) -> None:
        self._workspace, self._asset, self._shard = workspace, asset, shard
        self._note = _note_path(workspace.home, asset, shard)
        self._clock = self._processor = self._on_devices = self._noted = 0.0
        self.run: StageRun | None = None  # None while there is nothing to compute

    def __enter__(self) -> Recorder:
        files.remove_leftovers(self._note)
        if self._note.exists():  # the lock is ours, so whoever wrote it is gone
            self._close_killed()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if self.run is not None:
            self._count()
            self.run = dataclasses.replace(self.run, ended="error" if kind else "")
            self._end(self.run, f"{kind.__name__}: {error}" if kind else "")

    def begun(self, todo: int) -> None:
        self._clock, self._processor = time.monotonic(), time.process_time()
        self.run = StageRun(
            asset=self._asset,
            started_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
            todo=todo,
            device=os.environ.get("NKD_DEVICE", CPU),
            host=socket.gethostname(),
            process=processes.identity(),
            ended="running",
        )
        event("stage_started", asset=self._asset, shard=self._shard, rows=todo, device=self.run.device)
        self._write_note()

    def batch(self, article_ids: Sequence[str], seconds: float, worker_seconds: float, device_seconds: float) -> None:
        self._processor -= worker_seconds
        self._on_devices += device_seconds
        self._count(computed=len(article_ids))
        event("batch", asset=self._asset, shard=self._shard, articles=list(article_ids), seconds=round(seconds, 4))

    def failed(self, article_id: str, kind: str, message: str) -> None:
        self._count(failed=1)
        place = {"asset": self._asset, "shard": self._shard, "articles": [article_id]}
        event("row_failed", logging.WARNING, **place, error_kind=kind, error=message[:SHOWN_ERROR])

    def _count(self, computed: int = 0, failed: int = 0) -> None:
        if (run := self.run) is None:
            return
        seconds = round(time.monotonic() - self._clock, 3)
        self.run = dataclasses.replace(
            run,
            seconds=seconds,
            computed=run.computed + computed,
            failed=run.failed + failed,
            # a lease is held the whole time; workers elsewhere have devices of their own
            device_seconds=round(max(0.0 if run.device == CPU else seconds, self._on_devices), 3),
            processor_seconds=round(time.process_time() - self._processor, 3),
        )
        if time.monotonic() - self._noted >= NOTE_SECONDS:
            self._write_note()

    def _write_note(self) -> None:
        files.replace_text(self._note, json.dumps(dataclasses.asdict(self.run)))  # type: ignore[arg-type]
        self._noted = time.monotonic()

    def _close_killed(self) -> None:
        note = _read_note(self._note)
        known = {(run.asset, run.started_at) for run in stage_runs(self._workspace, self._shard)}
        if note and (note.asset, note.started_at) not in known:
            self._end(dataclasses.replace(note, ended="killed"), "the process is gone")
        self._note.unlink(missing_ok=True)

    def _end(self, run: StageRun, error: str) -> None:
        tables = self._workspace.tables
        with tables.locked(TABLE, self._shard):
            tables.write_records(TABLE, StageRun, self._shard, [*stage_runs(self._workspace, self._shard), run])
        self._note.unlink(missing_ok=True)
        name, level = ("stage_broken_off", logging.ERROR) if error else ("stage_finished", logging.INFO)
        fields = {key: getattr(run, key) for key in ("asset", "seconds", "computed", "failed", "device", "device_seconds", "processor_seconds")}
        event(name, level, shard=self._shard, **fields, **({"error": error} if error else {}))


def _note_path(home: Home, asset: str, shard: str) -> Path:
    return home.local / "running" / shard / f"{asset}.json"


def _read_note(path: Path) -> StageRun | None:
    try:
        return StageRun(**json.loads(path.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None  # just finished, or written by another version
