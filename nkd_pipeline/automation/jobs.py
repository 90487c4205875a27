"""Jobs: take in a delivery, run a shard of it, try failed articles again, remove old pictures."""

from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
from pydantic import Field

from nkd_pipeline.assets.partitions import add_partitions, shards
from nkd_pipeline.assets.resources import WorkspaceResource
from nkd_pipeline.catalog.delivery import DeliveryError, few
from nkd_pipeline.execution.ingest import ingest
from nkd_pipeline.execution.retention import prune_shard
from nkd_pipeline.execution.steps import STEPS
from nkd_pipeline.report.release import release_shard
from nkd_pipeline.storage.fault_points import fault_point


class DeliveryConfig(dg.Config):
    """Which file to take in."""

    path: str = Field(description="Delivery file: .xlsx or .csv.")
    catalog: str = Field(default="", description="Catalog whose delivery it is. Empty: the file's name says it.")
    columns: dict[str, str] = Field(default={}, description='Columns with unusual headers, as field: header; e.g. description: "Werbetext".')


@dg.op(description="Reads a delivery file, quarantines what cannot become an article, and makes the shards partitions.")
def take_in_delivery(context: dg.OpExecutionContext, config: DeliveryConfig, workspace: WorkspaceResource) -> None:
    """Stores the delivery's rows and adds its shards to the partitions."""
    try:
        taken = ingest(workspace.open(), Path(config.path), config.columns, catalog=config.catalog)
    except DeliveryError as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    add_partitions(context.instance, shards, list(taken.shards))
    fault_point("ingest.partitions_added")
    for note in taken.notes:
        context.log.info(note)
    # an event for each of a hundred thousand rows would fill the log that all runs share
    for refused in few([f"{row.source_file}, sheet {row.source_sheet}, {row.reason}" for row in taken.quarantined]):
        context.log.warning(f"quarantined: {refused}")
    context.log.info(f"{taken.catalog}: {taken.articles} articles in {', '.join(taken.shards)}; {len(taken.quarantined)} rows quarantined")


@dg.job(description="Takes in a delivery file; its shards then appear as partitions.")
def ingest_delivery() -> None:
    """One op: reading is quick, and all or nothing."""
    take_in_delivery()


catalog_run = dg.define_asset_job(
    "catalog_run", selection=[*STEPS, "judged_attempts", "catalog_release"], description="All stages of one shard, from clean rows to the release."
)

article_retries = dg.define_asset_job("article_retries", selection=["article_backfills"], description="Failed articles once more, in one run.")
status_report = dg.define_asset_job("status_report", selection=["catalog_status"], description="What is done, failed and why, over all catalogs.")


@dg.op(description="Removes pictures of earlier attempts as keep_attempts and keep_days of the settings say; rows and marked pictures stay.")
def remove_old_pictures(context: dg.OpExecutionContext, workspace: WorkspaceResource) -> None:
    """Prunes every shard and releases those anew whose pages showed a removed picture."""
    opened = workspace.open()
    for shard in opened.shards():
        removed = prune_shard(opened, shard, datetime.now(UTC))
        if removed:
            release_shard(opened, shard)
            context.log.info(f"{shard}: {len(removed)} pictures removed, {sum(old.bytes for old in removed) / 1e6:.1f} MB")


@dg.job(description="Removes pictures that nobody needs any more.")
def retention() -> None:
    """One op over all shards."""
    remove_old_pictures()
