"""The sensor that tries failed articles again by itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import dagster as dg

from nkd_pipeline.assets.partitions import failed_articles, failed_key, ranges, shards_of
from nkd_pipeline.assets.resources import WorkspaceResource
from nkd_pipeline.automation.activity import RANGE_END, RANGE_START, busy_shards
from nkd_pipeline.automation.jobs import article_retries
from nkd_pipeline.execution.article_states import ArticleState, article_states
from nkd_pipeline.execution.retrying import RetryPolicy


@dg.sensor(job=article_retries, minimum_interval_seconds=60, default_status=dg.DefaultSensorStatus.RUNNING)
def failed_articles_sensor(context: dg.SensorEvaluationContext, workspace: WorkspaceResource) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Tries failed articles again where that may help: after `retry_after_minutes`, then after twice as long, up to `max_attempts`.

    Articles that fail until somebody changes something (no garment is named, no colour is known ...) are left alone, and so are shards at work.
    On from the start: what it costs is bounded, and a model server that was away for a while is why nobody should have to come in on a Sunday.
    """
    opened, now = workspace.open(), datetime.now(UTC)
    policy = RetryPolicy.of(opened.profile.run)
    keys = context.instance.get_dynamic_partitions(str(failed_articles.name))
    busy = busy_shards(context.instance)
    failed: dict[str, ArticleState] = {}
    for shard in sorted(shards_of(keys) - busy):
        failed |= {failed_key(shard, article.article_id): article for article in article_states(opened, shard)}
    due = {key: failed[key] for key in keys if key in failed and policy.due(failed[key], now)}
    for first, last in ranges(keys, due):
        chosen = {key: due[key] for key in keys[keys.index(first) : keys.index(last) + 1]}
        yield dg.RunRequest(run_key=_run_key(chosen, policy, now), tags={RANGE_START: first, RANGE_END: last})
    if not due:
        tries = [when for key in keys if key in failed and (when := policy.next_try(failed[key]))]
        later = f"; the next try is at {min(tries):%Y-%m-%d %H:%M} UTC" if tries else ""
        yield dg.SkipReason(f"{len(keys)} failed articles, {len(tries)} of them may pass by themselves{later}")


def _run_key(articles: Mapping[str, ArticleState], policy: RetryPolicy, now: datetime) -> str:
    """The same for one try: a run that was killed before it could note its try is asked for again only after the same wait."""
    parts = []
    for key, article in sorted(articles.items()):
        next_try = policy.next_try(article) or now
        parts.append(f"{key} {next_try.isoformat()} {(now - next_try) // policy.wait(article.again)}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
