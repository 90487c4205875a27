"""Places between two durable writes at which a process can be made to die: for proving that a kill costs nothing but time.

`NKD_FAULT_POINT="release.exported"` kills the process by SIGKILL when it passes that point, `"file.synced:7"` when it passes it for the seventh time,
`"row.stored:2:group"` its whole process group with it; `"row.stored:2:stop"` stops it, as a machine does that is put to sleep. Without the variable a
point costs one look at a cached value.
"""

from __future__ import annotations

import functools
import os
import signal
from collections.abc import Callable

VARIABLE = "NKD_FAULT_POINT"

# in the order in which a first run passes them; on the left of the semicolon what is on disk, on the right what is not
POINTS = {
    "file.written": "the new bytes are in a temporary file; they are neither synced nor moved to their place",
    "file.synced": "the temporary file is synced; the old file is still in place",
    "file.replaced": "the new file is in place; the folder is not synced",
    "lock.taken": "the lock of a table is held; nothing is read or written under it",
    "ingest.photos_stored": "the photos of a delivery are files; no row names them",
    "ingest.rows_written": "the rows of one shard are stored; those of the next shard are not",
    "ingest.quarantine_written": "all rows and the quarantine are stored; Dagster does not know the shards",
    "ingest.partitions_added": "the shards are partitions; nothing of them is computed",
    "row.stored": "the result of a row is stored, a picture as a file; the table does not hold the row",
    "rows.flushed": "the table holds the rows so far; the rest of the stage is not computed",
    "attempts.remembered": "the judged attempts are kept; no new ones are asked for",
    "attempts.requested": "new attempts are asked for; none of their rows is computed",
    "attempts.run": "the stage tables hold the new attempts; their verdicts are not kept beside the old ones",
    "attempts.chosen": "an earlier attempt is chosen; the stage tables hold the later one",
    "attempts.restored": "some stage tables hold the chosen attempt again; it is not marked as the chosen one",
    "release.decisions_written": "the decisions are stored; pictures and files are those of the last release",
    "release.picture_linked": "one approved picture is released; the next is not",
    "release.pictures_approved": "all approved pictures are released; the export files are those of the last release",
    "release.exported": "the export files are written; the gallery is not",
    "release.gallery_written": "the gallery is written; the CLIP statistics are not",
    "release.statistics_written": "the CLIP statistics are written; the quality report is not",
    "release.report_written": "the quality report is written; the index of galleries does not list the shard",
    "release.lines_written": "the index's lines are stored; its page is not",
    "release.index_written": "everything is written; the stamp that says so is not",
    "release.stamped": "the release is complete; the partitions of failed articles are those of before",
    "failed_articles.added": "failed articles are partitions; those that are good now are not removed",
    "failed_articles.updated": "the partitions of failed articles are right; Dagster has no result of the release",
    "backfill.regenerated": "failed articles have their new rows; the shard is not released anew",
    "backfill.released": "the shard is released anew; Dagster does not know which articles are good",
    "backfill.recorded": "Dagster knows which articles are good; they are still partitions of failed ones",
}


def fault_point(name: str) -> None:
    """Dies here when the environment says so; `name` is one of POINTS."""
    plan = _plan()
    if plan is not None:
        plan(name)


@functools.cache
def _plan() -> Callable[[str], None] | None:
    # read once, at the first point: a process is not told to die when it is already running
    wanted = os.environ.get(VARIABLE)
    return _Plan(wanted) if wanted else None


class _Plan:
    """Counts the passes of one point and kills at the last."""

    def __init__(self, wanted: str) -> None:
        self._name, _, rest = wanted.partition(":")
        count, _, how = rest.partition(":")
        self._left, self._how = int(count or 1), how
        if self._name not in POINTS:
            raise ValueError(f"{VARIABLE}={wanted}: there is no fault point {self._name}. There are {', '.join(POINTS)}.")

    def __call__(self, name: str) -> None:
        self._left -= name == self._name
        if self._left == 0 and name == self._name:
            send, target = (os.killpg, 0) if self._how == "group" else (os.kill, os.getpid())
            send(target, signal.SIGSTOP if self._how == "stop" else signal.SIGKILL)
