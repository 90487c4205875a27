"""Attempts at an article's picture: which one the stage tables hold, what its prompt is repaired for, and all that were judged."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from nkd_pipeline.execution.hashing import input_hash
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.records import Attributes, JudgedAttempt
from nkd_pipeline.storage.tables import StageRow, stage_row


@dataclass(frozen=True, slots=True)
class Attempt:
    """An article that was asked for again. Articles without a row are at attempt 1."""

    article_id: str
    attempt: int  # the one that the stage tables hold, or are to hold after the next run
    tried: int  # the highest so far
    repairs: tuple[str, ...]  # causes of deviations against which the prompt gets words
    repaired: str  # hash of the attributes that these deviations belong to: a changed text is a new start
    reason: str
    requested_at: str  # UTC, ISO 8601
    again: int = 0  # how often this attempt was asked for again because a row failed on the way to its verdict
    failed_hash: str = ""  # input hash of that row: the count is about these inputs

    def repairs_for(self, attributes: Attributes) -> tuple[str, ...]:
        """The repairs, unless they were meant for other texts."""
        return self.repairs if self.repairs and self.repaired == attributes_hash(attributes) else ()

    def again_for(self, failed_hash: str) -> int:
        """How often the attempt was asked for again while a row with these inputs failed."""
        return self.again or 0 if failed_hash == self.failed_hash else 0


def attributes_hash(attributes: Attributes) -> str:
    """What is to be seen, as one short hash."""
    return input_hash(attributes, "attributes")


def read_attempts(workspace: Workspace, shard: str) -> dict[str, Attempt]:
    """Articles that were asked for again."""
    return {row.article_id: row for row in workspace.tables.read_records("attempts", Attempt, shard)}


def request_attempts(
    workspace: Workspace,
    shard: str,
    article_ids: Iterable[str],
    reason: str,
    repairs: Mapping[str, tuple[tuple[str, ...], str]] | None = None,
    stuck: Mapping[str, str] | None = None,
) -> None:
    """Asks for each article's next attempt: the next run of the shard makes a picture with a new seed.

    `repairs` holds by article the causes to repair and the hash of the attributes. `stuck` holds the articles whose present attempt has not come to a
    verdict, with the input hash of the row that failed: they stay at that attempt, and what failed is tried again. Where none failed ("") the attempt
    was asked for and not made, so there is nothing to ask for.
    """
    now = datetime.now(UTC).isoformat(timespec="seconds")
    with workspace.tables.locked("attempts", shard):
        rows = read_attempts(workspace, shard)
        for article_id in article_ids:
            before = rows.get(article_id, Attempt(article_id, 1, 1, (), "", reason, now))
            if stuck and article_id in stuck:
                if stuck[article_id]:
                    rows[article_id] = _once_more(before, stuck[article_id], reason, now)
            else:
                causes, repaired = (repairs or {}).get(article_id, (before.repairs, before.repaired))
                rows[article_id] = Attempt(article_id, before.tried + 1, before.tried + 1, causes, repaired, reason, now)
        workspace.tables.write_records("attempts", Attempt, shard, rows.values())


def _once_more(before: Attempt, failed_hash: str, reason: str, now: str) -> Attempt:
    again = before.again_for(failed_hash) + 1
    return replace(before, reason=reason, requested_at=now, again=again, failed_hash=failed_hash)


def choose_attempts(workspace: Workspace, shard: str, chosen: Mapping[str, JudgedAttempt], repaired: Mapping[str, str]) -> None:
    """Goes back to earlier attempts: the next run of the shard takes their rows from where they are kept."""
    with workspace.tables.locked("attempts", shard):
        rows = read_attempts(workspace, shard)
        for article_id, best in chosen.items():
            rows[article_id] = replace(
                rows[article_id], attempt=best.attempt, repairs=best.repairs, repaired=repaired[article_id], reason="best attempt"
            )
        workspace.tables.write_records("attempts", Attempt, shard, rows.values())


def judged_attempts(workspace: Workspace, shard: str) -> dict[tuple[str, int], JudgedAttempt]:
    """All attempts that were judged, by article and number."""
    return {(row.article_id, row.attempt): row for row in workspace.tables.read_records("judged_attempts", JudgedAttempt, shard)}


def kept_row(judged: JudgedAttempt, asset: str, record: type) -> StageRow[Any] | None:
    """The row of a stage table that belongs to an earlier attempt, where it was kept."""
    rows = json.loads(judged.rows)
    return stage_row(record, rows[asset]) if asset in rows else None
