"""The two jobs: take in a delivery, run a shard of it."""

from pathlib import Path

import dagster as dg
from pydantic import Field

from nkd_pipeline.assets.partitions import shards
from nkd_pipeline.assets.resources import WorkspaceResource
from nkd_pipeline.catalog.delivery import DeliveryError
from nkd_pipeline.execution.ingest import ingest
from nkd_pipeline.execution.steps import STEPS


class DeliveryConfig(dg.Config):
    """Which file to take in."""

    path: str = Field(description="Delivery file: .xlsx or .csv.")
    columns: dict[str, str] = Field(default={}, description='Columns with unusual headers, as field: header; e.g. description: "Werbetext".')


@dg.op(description="Reads a delivery file, quarantines what cannot become an article, and makes the shards partitions.")
def take_in_delivery(context: dg.OpExecutionContext, config: DeliveryConfig, workspace: WorkspaceResource) -> None:
    """Stores the delivery's rows and adds its shards to the partitions."""
    try:
        taken = ingest(workspace.open(), Path(config.path), config.columns)
    except DeliveryError as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    context.instance.add_dynamic_partitions(str(shards.name), list(taken.shards))
    for note in taken.notes:
        context.log.info(note)
    for row in taken.quarantined:
        context.log.warning(f"quarantined: {row.source_file}, sheet {row.source_sheet}, row {row.source_row}, {row.column}: {row.reason}")
    context.log.info(f"{taken.catalog}: {taken.articles} articles in {', '.join(taken.shards)}; {len(taken.quarantined)} rows quarantined")


@dg.job(description="Takes in a delivery file; its shards then appear as partitions.")
def ingest_delivery() -> None:
    """One op: reading is quick, and all or nothing."""
    take_in_delivery()


catalog_run = dg.define_asset_job(
    "catalog_run", selection=[*STEPS, "judged_attempts", "catalog_release"], description="All stages of one shard, from clean rows to the release."
)
