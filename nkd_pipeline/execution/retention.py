"""Retention: pictures of earlier attempts that nobody needs are removed; what was said of them stays in the tables."""

from __future__ import annotations

import dataclasses
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from nkd_pipeline.execution.attempts import judged_attempts
from nkd_pipeline.execution.logs import event, logging_to
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.records import JudgedAttempt


@dataclass(frozen=True, slots=True)
class KeptPicture:
    """A picture and what may speak for it."""

    article_id: str
    attempt: int
    chosen: bool  # the stage tables hold it
    marked: bool  # a person looked at it and said something
    made_at: datetime


@dataclass(frozen=True, slots=True)
class RemovedPicture:
    """A picture that was removed, or would be."""

    article_id: str
    attempt: int
    image_path: str  # below home
    bytes: int


def superfluous(pictures: Iterable[KeptPicture], keep: int, made_before: datetime) -> list[KeptPicture]:
    """Pictures that may go: neither chosen nor marked, not among the `keep` latest of their article, and made before that time."""
    by_article: dict[str, list[KeptPicture]] = defaultdict(list)
    for picture in pictures:
        by_article[picture.article_id].append(picture)
    earlier = [picture for own in by_article.values() for picture in sorted(own, key=lambda picture: picture.attempt, reverse=True)[keep:]]
    return [picture for picture in earlier if not (picture.chosen or picture.marked) and picture.made_at < made_before]


def prune_shard(
    workspace: Workspace, shard: str, now: datetime, keep: int | None = None, days: int | None = None, *, dry_run: bool = False
) -> list[RemovedPicture]:
    """Removes the superfluous pictures of a shard and returns them; `keep` and `days` go over the profile's settings.

    Without a number of attempts to keep nothing is removed. Should a removed picture ever be the best again, its attempt is made a second time, from
    the same seed.
    """
    run = workspace.profile.run
    keep, days = keep or run.keep_attempts, run.keep_days if days is None else days
    if keep is None:
        return []
    with workspace.tables.locked("judged_attempts", shard):
        judged, files = judged_attempts(workspace, shard), workspace.images.attempts(shard)
        marked = _looked_at(workspace, shard)
        pictures = [
            KeptPicture(*key, row.chosen, key in marked, _made_at(row))
            for key, row in judged.items()
            if workspace.home.root / row.image_path in files.get(row.article_id, ())
        ]
        going = {(picture.article_id, picture.attempt) for picture in superfluous(pictures, keep, now - timedelta(days=days))}
        removed = [_removed(workspace, judged[key]) for key in sorted(going)]
        if going and not dry_run:
            said = now.isoformat(timespec="seconds")
            rows = [dataclasses.replace(row, removed_at=said) if key in going else row for key, row in judged.items()]
            # the rows first: a kill in between leaves files that the next run finds and removes
            workspace.tables.write_records("judged_attempts", JudgedAttempt, shard, rows)
            for picture in removed:
                (workspace.home.root / picture.image_path).unlink(missing_ok=True)
            with logging_to(workspace.home.local / "logs" / "nkd.jsonl"):
                articles = sorted({picture.article_id for picture in removed})
                event("pictures_removed", shard=shard, articles=articles, pictures=len(removed), bytes=sum(picture.bytes for picture in removed))
    return removed


def _looked_at(workspace: Workspace, shard: str) -> set[tuple[str, int]]:
    """Pictures of which a person said something; without them nobody could look up what was meant."""
    return {
        (row["article_id"], row[column])
        for table, columns in (("marks", ("attempt",)), ("ratings", ("attempt",)), ("preferences", ("first_attempt", "second_attempt")))
        for row in workspace.tables.columns(table, shard, ("article_id", *columns))
        for column in columns
    }


def _made_at(row: JudgedAttempt) -> datetime:
    return datetime.fromisoformat(json.loads(row.rows)["generated_images"]["produced_at"])


def _removed(workspace: Workspace, row: JudgedAttempt) -> RemovedPicture:
    return RemovedPicture(row.article_id, row.attempt, row.image_path, (workspace.home.root / row.image_path).stat().st_size)
