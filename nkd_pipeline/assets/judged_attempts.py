"""Every attempt at every picture, with its verdict; what fails is made again here.

A picture that fails gets a new attempt: another seed, and a prompt with words against what was wrong. That goes on until one passes or the article
has had `max_attempts` of the profile; the best attempt stays. Earlier ones are kept, in the table and as files.
"""

import inspect
from statistics import fmean
from typing import Any

import dagster as dg

from nkd_pipeline.assets.common import GPU_POOL, GROUP, TABLE_ROWS, progress_of
from nkd_pipeline.assets.partitions import shards
from nkd_pipeline.assets.resources import WorkspaceResource
from nkd_pipeline.execution.regeneration import FAIL, Regeneration, regenerate_failing


@dg.asset(
    description=inspect.cleandoc(__doc__),
    group_name=GROUP,
    partitions_def=shards,
    deps=["rubric_reports", "clip_scores"],
    kinds={"parquet"},
    pool=GPU_POOL,
)
def judged_attempts(context: dg.AssetExecutionContext, workspace: WorkspaceResource) -> dg.MaterializeResult[Any]:
    """Regenerates what fails and reports how often that was needed."""
    opened, shard = workspace.open(), context.partition_key
    result = regenerate_failing(opened, shard, progress_of)
    return dg.MaterializeResult(metadata={**_metadata(result), "table": dg.MetadataValue.path(str(opened.home.table("judged_attempts", shard)))})


def _metadata(result: Regeneration) -> dict[str, Any]:
    first = [row for row in result.attempts if row.attempt == 1]
    chosen = [row for row in result.attempts if row.chosen]
    tried = {row.article_id: 0 for row in result.attempts} | {row.article_id: row.attempt for row in result.attempts}
    again = [row for row in result.attempts if tried[row.article_id] > 1]
    columns = ("article_id", "attempt", "verdict", "rubric_score", "causes", "chosen")
    table = [
        dg.TableRecord({name: ", ".join(row.causes) if name == "causes" else getattr(row, name) for name in columns}) for row in again[:TABLE_ROWS]
    ]
    types = ("string", "int", "string", "float", "string", "bool")
    return {
        "dagster/row_count": len(result.attempts),
        "made_again": result.made,
        "still_failing": sum(row.verdict == FAIL for row in chosen),
        **({"first_pass_rate": round(fmean(row.verdict != FAIL for row in first), 4)} if first else {}),
        **({"attempts_per_article": round(fmean(tried.values()), 3)} if tried else {}),
        **({"attempts": dg.MetadataValue.table(table, schema=dg.TableSchema([*map(dg.TableColumn, columns, types)]))} if table else {}),
    }
