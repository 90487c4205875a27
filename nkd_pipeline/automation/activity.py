"""What Dagster is busy with: shards whose run waits or is at work."""

from __future__ import annotations

from collections.abc import Sequence

import dagster as dg

from nkd_pipeline.assets.partitions import failed_articles, shards_of

UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]
PARTITION, RANGE_START, RANGE_END = "dagster/partition", "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"


def busy_shards(instance: dg.DagsterInstance) -> set[str]:
    """Shards of unfinished runs, also of runs that make failed articles anew."""
    failed = instance.get_dynamic_partitions(str(failed_articles.name))
    busy = set()
    for run in instance.get_runs(filters=dg.RunsFilter(statuses=UNFINISHED)):
        if shard := run.tags.get(PARTITION):
            busy |= shards_of([shard])
        if RANGE_START in run.tags:
            busy |= shards_of(_between(failed, run.tags[RANGE_START], run.tags[RANGE_END]))
    return busy


def _between(ordered: Sequence[str], first: str, last: str) -> list[str]:
    """Keys of a range; its ends alone when they are no partitions any more."""
    if first not in ordered or last not in ordered:
        return [first, last]
    return list(ordered[ordered.index(first) : ordered.index(last) + 1])
