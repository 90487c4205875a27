"""What all stage assets share: partitions, the check on failed rows, metadata."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from typing import Any

import dagster as dg

from nkd_pipeline.assets.partitions import shards
from nkd_pipeline.assets.resources import WorkspaceResource
from nkd_pipeline.execution.outcome import Outcome, RunOptions
from nkd_pipeline.execution.steps import STEPS, run_step
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.storage.schema import schema_of
from nkd_pipeline.storage.tables import FAILED, StageRow

GROUP = "catalog"
CHECK = "rows_failed"
GPU_POOL = "gpu"  # its slots are this machine's devices
# steps whose stage may be a neural model, whatever the profile: assets are defined before a profile is known
ON_DEVICE = frozenset({"translated_descriptions", "extracted_attributes", "generated_images", "clip_scores", "probe_answers", "vqa_answers"})
TABLE_ROWS = 25  # of a metadata table: event logs store metadata several times over

Describe = Callable[[Workspace, str, Outcome[Any]], Mapping[str, Any]]
Progress = Callable[[str, int, int], None]
# set by a caller in the same process that wants to show progress: asset, rows done, rows to do
progress: ContextVar[Progress | None] = ContextVar("progress", default=None)


def stage_asset(asset: str, description: str | None, describe: Describe | None = None) -> dg.AssetsDefinition:
    """The asset that runs one step of the main flow for one shard; `describe` adds metadata of its own."""
    step = STEPS[asset]

    @dg.asset(
        name=asset,
        description=inspect.cleandoc(description or ""),
        group_name=GROUP,
        partitions_def=shards,
        deps=list(step.upstream),
        kinds={"parquet"},
        pool=GPU_POOL if asset in ON_DEVICE else None,
        metadata={"dagster/column_schema": _column_schema(step.record)},
        check_specs=[dg.AssetCheckSpec(CHECK, asset=asset, description="Warns when a row failed; the others are not held up.")],
    )
    def run(context: dg.AssetExecutionContext, workspace: WorkspaceResource) -> Iterator[dg.MaterializeResult[Any]]:
        opened, shard = workspace.open(), context.partition_key
        outcome = run_step(opened, asset, shard, RunOptions(progress=progress_of(asset)))
        context.log.info(f"{asset} of {shard}: {outcome.counts}")
        extra = describe(opened, shard, outcome) if describe else {}
        yield dg.MaterializeResult(
            metadata={**stage_metadata(opened, asset, shard, outcome), **extra}, check_results=[failed_rows_check(shard, outcome)]
        )

    return run


def progress_of(asset: str) -> Callable[[int, int], None] | None:
    """Whom to tell about a step's progress, if anybody."""
    show = progress.get()
    return (lambda done, todo: show(asset, done, todo)) if show else None


def _column_schema(record: type) -> dg.TableSchema:
    return dg.TableSchema([dg.TableColumn(field.name, str(field.type)) for field in schema_of(record)])


def stage_metadata(workspace: Workspace, asset: str, shard: str, outcome: Outcome[Any]) -> dict[str, Any]:
    """Counts, speed and place of a stage's table."""
    counts = outcome.counts
    done = counts.computed + counts.failed
    table: dict[str, Any] = {
        "dagster/row_count": len(outcome.rows),
        "computed": counts.computed,
        "kept": counts.kept,
        "failed": counts.failed,
        "skipped": counts.skipped,
        "batches": counts.batches,
        "bisections": counts.bisections,
        "backend": next((row.state.backend for row in outcome.rows.values()), ""),
        "table": dg.MetadataValue.path(str(workspace.home.table(asset, shard))),
    }
    if done:
        table["seconds_per_article"] = round(outcome.seconds / done, 4)
        table |= {"device_seconds": round(outcome.device_seconds, 3), "processor_seconds": round(outcome.processor_seconds, 3)}
    return table


def failed_rows_check(shard: str, outcome: Outcome[Any]) -> dg.AssetCheckResult:
    """Warns with a table of the failed rows; skipped rows failed earlier and are reported there."""
    failed = [row for row in outcome.rows.values() if row.state.status == FAILED]
    return dg.AssetCheckResult(
        check_name=CHECK,
        passed=not failed,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"shard": shard, "failed": len(failed), **({"failed_rows": failed_table(failed)} if failed else {})},
    )


def failed_table(rows: list[StageRow[Any]]) -> dg.TableMetadataValue:
    """The first failed rows with kind and error."""
    states = [row.state for row in rows[:TABLE_ROWS]]
    return dg.MetadataValue.table(
        [dg.TableRecord({"article_id": s.article_id, "kind": s.error_kind or "", "error": (s.error or "")[:300]}) for s in states],
        schema=dg.TableSchema([dg.TableColumn(name, "string") for name in ("article_id", "kind", "error")]),
    )
