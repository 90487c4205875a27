"""When a failed article is tried again without anybody asking, and which shards are worth another run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from nkd_pipeline.execution.article_states import ArticleState, article_states
from nkd_pipeline.execution.catalog_view import FAILED_ARTICLE, PENDING
from nkd_pipeline.execution.hashing import fingerprint_of, input_hash
from nkd_pipeline.execution.profile import RunSettings
from nkd_pipeline.execution.workspace import Workspace

LONGEST = timedelta(days=1)  # a wait that doubles without end would be none of anybody's plans


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often, and how long after the last try."""

    max_attempts: int  # tries of one attempt by themselves, the first among them
    after: timedelta  # before the second try; doubles with each further one

    @classmethod
    def of(cls, run: RunSettings) -> RetryPolicy:
        return cls(run.max_attempts, timedelta(minutes=run.retry_after_minutes))

    def wait(self, again: int) -> timedelta:
        """How long to wait when the attempt was tried again so many times already."""
        return min(LONGEST, self.after * (1 << min(again, 20)))

    def next_try(self, article: ArticleState) -> datetime | None:
        """When to try a failed article again (UTC); None when only a change helps, or when it has had its tries."""
        if article.status != FAILED_ARTICLE or any(failure.what_helps.again == "change" for failure in article.failures):
            return None
        # judged_attempts makes new pictures up to the same limit within a run: what is left there was stopped before it came to that
        bad_picture = any(failure.what_helps.again == "picture" for failure in article.failures)
        tried = article.tried if bad_picture else 1 + article.again
        if tried >= self.max_attempts:
            return None
        return max(failure.failed_at for failure in article.failures) + self.wait(tried - 1)

    def due(self, article: ArticleState, now: datetime) -> bool:
        """Whether the time of the next try has come."""
        next_try = self.next_try(article)
        return next_try is not None and next_try <= now


def unfinished(workspace: Workspace, shard: str) -> bool:
    """Whether delivered rows changed, or something is not computed yet. Failed articles have had their turn: they are tried again by their sensor."""
    return changed_rows(workspace, shard) or any(article.status == PENDING for article in article_states(workspace, shard))


def changed_rows(workspace: Workspace, shard: str) -> bool:
    """Whether the shard's delivered rows are others than those that its articles were made from."""
    fingerprint = fingerprint_of(workspace.profile.stage("articles"))
    made_from = {row["article_id"]: row["input_hash"] for row in workspace.tables.columns("articles", shard, ("article_id", "input_hash"))}
    return made_from != {row.article_id: input_hash(row, fingerprint) for row in workspace.delivered(shard)}
