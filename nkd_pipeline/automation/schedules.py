"""Schedules. Their times stand under [run] in the home's settings.toml or in the profile."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import dagster as dg

from nkd_pipeline.assets.partitions import shards
from nkd_pipeline.assets.resources import WorkspaceResource
from nkd_pipeline.assets.times import REPORT, TIMES
from nkd_pipeline.automation.activity import busy_shards
from nkd_pipeline.automation.jobs import catalog_run, retention, status_report
from nkd_pipeline.execution.article_states import article_states
from nkd_pipeline.execution.catalog_view import RELEASED, WAIVED
from nkd_pipeline.execution.retrying import changed_rows, unfinished
from nkd_pipeline.execution.workspace import Workspace

RETENTION = "30 4 * * *"
Requests = Iterator[dg.RunRequest | dg.SkipReason]


@dg.schedule(job=catalog_run, cron_schedule=TIMES.nightly, execution_timezone=TIMES.timezone, default_status=dg.DefaultScheduleStatus.RUNNING)
def nightly_unreleased(context: dg.ScheduleEvaluationContext, workspace: WorkspaceResource) -> Requests:
    """Every night, all shards that are not completely released, whatever held them up. Rows that are good are not computed again."""
    requests = _requests(context, workspace.open(), lambda opened, shard: _unreleased(opened, shard) or changed_rows(opened, shard))
    yield from requests
    if not requests:
        yield dg.SkipReason("all shards are released")


@dg.schedule(job=catalog_run, cron_schedule=TIMES.hourly, execution_timezone=TIMES.timezone, default_status=dg.DefaultScheduleStatus.STOPPED)
def hourly_unfinished(context: dg.ScheduleEvaluationContext, workspace: WorkspaceResource) -> Requests:
    """Every hour, the shards that are not computed to their end: new or changed deliveries, rows not computed yet.

    Switched off at first: a person may want to look at a delivery before it is computed. Failed articles are left to the sensor that counts tries.
    """
    opened, busy = workspace.open(), busy_shards(context.instance)
    requests = _requests(context, opened, lambda opened, shard: shard not in busy and unfinished(opened, shard))
    yield from requests
    if not requests:
        yield dg.SkipReason(f"no shard is unfinished; {len(busy)} are running" if busy else "no shard is unfinished")


def _unreleased(workspace: Workspace, shard: str) -> bool:
    return any(article.status not in (RELEASED, WAIVED) for article in article_states(workspace, shard))


def _requests(context: dg.ScheduleEvaluationContext, workspace: Workspace, wanted: Callable[[Workspace, str], bool]) -> list[dg.RunRequest]:
    partitions, when = context.instance.get_dynamic_partitions(str(shards.name)), context.scheduled_execution_time.isoformat()
    return [dg.RunRequest(run_key=f"{shard}:{when}", partition_key=shard) for shard in sorted(partitions) if wanted(workspace, shard)]


@dg.schedule(job=retention, cron_schedule=RETENTION, execution_timezone=TIMES.timezone, default_status=dg.DefaultScheduleStatus.RUNNING)
def nightly_retention(workspace: WorkspaceResource) -> dg.RunRequest | dg.SkipReason:
    """Every night, removes pictures of earlier attempts; only where keep_attempts says how many are to stay."""
    if workspace.open().profile.run.keep_attempts is None:
        return dg.SkipReason("keep_attempts is not set under [run]: every picture is kept")
    return dg.RunRequest()


daily_status = dg.ScheduleDefinition(
    name="daily_status",
    job=status_report,
    cron_schedule=REPORT,
    execution_timezone=TIMES.timezone,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every morning, what is done, failed and why: the asset catalog_status.",
)
