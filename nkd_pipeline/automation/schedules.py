"""Schedules."""

from collections.abc import Iterator

import dagster as dg

from nkd_pipeline.assets.partitions import shards
from nkd_pipeline.assets.resources import WorkspaceResource
from nkd_pipeline.automation.jobs import catalog_run
from nkd_pipeline.execution.catalog_view import view_shard


@dg.schedule(job=catalog_run, cron_schedule="0 2 * * *", execution_timezone="Europe/Berlin", default_status=dg.DefaultScheduleStatus.RUNNING)
def nightly_unreleased(context: dg.ScheduleEvaluationContext, workspace: WorkspaceResource) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Every night at two, all shards that are not completely released. Rows that are good are not computed again."""
    opened = workspace.open()
    partitions = context.instance.get_dynamic_partitions(str(shards.name))
    open_shards = [shard for shard in sorted(partitions) if not all(view.decision.released for view in view_shard(opened, shard))]
    if not open_shards:
        yield dg.SkipReason("all shards are released")
    night = context.scheduled_execution_time.date().isoformat()
    for shard in open_shards:
        yield dg.RunRequest(run_key=f"{shard}:{night}", partition_key=shard)
