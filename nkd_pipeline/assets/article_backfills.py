"""Failed articles, each a partition: materialize some to make these articles anew.

Holds only articles that failed. The selected ones run through the whole chain in one run: what failed is tried again, and a picture that did not pass
is made anew, with another seed and a prompt repaired by what was wrong. The best attempt's rows stay in their shards' tables. An article that comes
out good disappears from here; a shard whose last failed article is good turns green.
"""

import inspect
from collections.abc import Iterator
from typing import Any

import dagster as dg

from nkd_pipeline.assets.catalog_release import release_metadata
from nkd_pipeline.assets.common import GPU_POOL, GROUP
from nkd_pipeline.assets.partitions import failed_articles, failed_key, split_failed_key, update_failed_articles
from nkd_pipeline.assets.resources import WorkspaceResource
from nkd_pipeline.execution.regeneration import regenerate
from nkd_pipeline.report.release import release_shard
from nkd_pipeline.storage.fault_points import fault_point


@dg.asset(
    description=inspect.cleandoc(__doc__),
    group_name=GROUP,
    partitions_def=failed_articles,
    backfill_policy=dg.BackfillPolicy.single_run(),
    pool=GPU_POOL,
)
def article_backfills(context: dg.AssetExecutionContext, workspace: WorkspaceResource) -> Iterator[dg.MaterializeResult[Any]]:
    """Runs the chain for the selected articles; good ones stay good when others fail again."""
    opened, keys = workspace.open(), list(context.partition_keys)
    releases, still_missing = [], list[str]()
    for shard, article_ids in _by_shard(keys).items():
        regenerate(opened, shard, article_ids, "backfill")
        fault_point("backfill.regenerated")
        release = release_shard(opened, shard)
        fault_point("backfill.released")
        missing = {decision.article_id: decision.reason for decision in release.missing}
        still_missing += [f"{article_id}: {missing[article_id]}" for article_id in article_ids if article_id in missing]
        for article_id in article_ids:
            if article_id not in missing:
                # an event of its own: when the run fails because of another article, this one is still green
                context.log_event(dg.AssetMaterialization(context.asset_key, partition=failed_key(shard, article_id)))
        if not release.missing:
            metadata = release_metadata(opened, release)
            context.log_event(dg.AssetMaterialization("catalog_release", partition=shard, metadata=metadata))
        releases.append(release)
    if not still_missing:
        yield dg.MaterializeResult(metadata={"articles": len(keys)})
    # only now: Dagster looks up the run's partitions while it records the result above, and these may no longer be there afterwards
    fault_point("backfill.recorded")
    for release in releases:
        update_failed_articles(context.instance, release.shard, release.failed_ids)
    if still_missing:
        raise dg.Failure(f"{len(still_missing)} articles failed again. {still_missing[0]}", allow_retries=False)


def _by_shard(keys: list[str]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for shard, article_id in map(split_failed_key, keys):
        grouped.setdefault(shard, []).append(article_id)
    return grouped
