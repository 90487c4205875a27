"""What is done, failed and why, over all catalogs: what `nkd status` prints.

Made every morning. When it is older than that, nobody has looked after the schedules since, and its freshness says so. The check warns while articles
wait for a person.
"""

import inspect
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import dagster as dg

from nkd_pipeline.assets.common import GROUP, TABLE_ROWS
from nkd_pipeline.assets.resources import WorkspaceResource
from nkd_pipeline.assets.times import REPORT_DUE, TIMES
from nkd_pipeline.execution.home_status import STATUSES, FailureReason, HomeStatus, home_status

CHECK = "nobody_is_needed"


@dg.asset(
    description=inspect.cleandoc(__doc__),
    group_name=GROUP,
    kinds={"table"},
    freshness_policy=dg.FreshnessPolicy.cron(REPORT_DUE, lower_bound_delta=timedelta(hours=2), timezone=TIMES.timezone),
    check_specs=[dg.AssetCheckSpec(CHECK, asset="catalog_status", description="Warns when articles failed that only a person can help.")],
)
def catalog_status(workspace: WorkspaceResource) -> Iterator[dg.MaterializeResult[Any]]:
    """Reads the status and shows it as metadata."""
    status = home_status(workspace.open())
    waiting = [reason for reason in status.reasons if reason.next_try is None]
    check = dg.AssetCheckResult(
        check_name=CHECK,
        passed=not waiting,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"articles": sum(reason.count for reason in waiting), **({"why": _reasons(waiting)} if waiting else {})},
    )
    yield dg.MaterializeResult(metadata=_metadata(status), check_results=[check])


def _metadata(status: HomeStatus) -> dict[str, Any]:
    totals = {name: sum(catalog.statuses[name] for catalog in status.catalogs) for name in STATUSES}
    lines = [
        dg.TableRecord({"catalog": catalog.catalog, "articles": catalog.articles, **catalog.statuses, "quarantined_rows": catalog.quarantined})
        for catalog in status.catalogs[-TABLE_ROWS:]
    ]
    columns = [dg.TableColumn("catalog", "string"), *(dg.TableColumn(name, "int") for name in ("articles", *STATUSES, "quarantined_rows"))]
    return {
        "dagster/row_count": sum(totals.values()),
        **totals,
        **status.cost.metadata,
        "catalogs": dg.MetadataValue.table(lines, schema=dg.TableSchema(columns)),
        **({"failed_because": _reasons(status.reasons)} if status.reasons else {}),
    }


def _reasons(reasons: list[FailureReason] | tuple[FailureReason, ...]) -> dg.TableMetadataValue:
    names = ("count", "asset", "kind", "cure", "example")
    lines = [dg.TableRecord({name: value[:300] if isinstance(value := asdict(reason)[name], str) else value for name in names}) for reason in reasons]
    return dg.MetadataValue.table(
        lines[:TABLE_ROWS], schema=dg.TableSchema([dg.TableColumn(name, "int" if name == "count" else "string") for name in names])
    )
