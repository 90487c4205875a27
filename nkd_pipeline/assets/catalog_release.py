"""What the shop may use: gallery, statistics, approved pictures, export files.

Fails while an article has no approved picture and nobody has waived it, so that the shard stays red and its failed articles wait as partitions of
`article_backfills`. The gallery and the files of the approved articles are written all the same.
"""

import inspect
from pathlib import Path
from typing import Any

import dagster as dg

from nkd_pipeline.assets.common import GROUP, TABLE_ROWS
from nkd_pipeline.assets.partitions import shards, update_failed_articles
from nkd_pipeline.assets.resources import WorkspaceResource
from nkd_pipeline.execution.stage_runs import Cost, stage_runs
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.report.contact_sheet import contact_sheet
from nkd_pipeline.report.quality_release import report_page
from nkd_pipeline.report.release import Release, release_shard
from nkd_pipeline.storage.fault_points import fault_point

SHOWN = ("accuracy_by_category", "rubric_scores", "attempts", "clip_thresholds")  # plots in the UI
PLOT_SIDE = 400  # pixels; markdown metadata is stored about four times over


@dg.asset(description=inspect.cleandoc(__doc__), group_name=GROUP, partitions_def=shards, deps=["judged_attempts"], kinds={"html"})
def catalog_release(context: dg.AssetExecutionContext, workspace: WorkspaceResource) -> dg.MaterializeResult[Any]:
    """Releases the shard or fails with the articles that are missing."""
    opened = workspace.open()
    release = release_shard(opened, context.partition_key)
    fault_point("release.stamped")
    update_failed_articles(context.instance, release.shard, release.failed_ids)
    metadata = release_metadata(opened, release)
    if release.missing:
        first = release.missing[0]
        raise dg.Failure(
            f"{len(release.missing)} of {len(release.decisions)} articles have no approved picture, the first is {first.article_id}: {first.reason}",
            metadata=metadata,
            allow_retries=False,  # trying again decides the same; a new attempt is asked for in article_backfills
        )
    return dg.MaterializeResult(metadata=metadata)


def _plots(folder: Path) -> dict[str, Any]:
    files = [file for name in SHOWN if (file := folder / f"{name}.png").exists()]
    return {"plots_shown": dg.MetadataValue.md(f"![{', '.join(file.stem for file in files)}]({contact_sheet(files, PLOT_SIDE, 2)})")} if files else {}


def release_metadata(workspace: Workspace, release: Release) -> dict[str, Any]:
    """Counts, gallery, and the articles that are missing."""
    rubric, clip = release.statistics.rubric, release.statistics.clip
    cost = Cost.of(stage_runs(workspace, release.shard))
    missing = [dg.TableRecord({"article_id": d.article_id, "reason": d.reason[:300]}) for d in release.missing[:TABLE_ROWS]]
    columns = dg.TableSchema([dg.TableColumn("article_id", "string"), dg.TableColumn("reason", "string")])
    return {
        "dagster/row_count": len(release.decisions),
        "released": sum(decision.released for decision in release.decisions),
        "missing": len(release.missing),
        "waived": sum(bool(decision.waived) for decision in release.decisions),
        "gallery": dg.MetadataValue.url(release.gallery.as_uri()),
        "quality_report": dg.MetadataValue.url(report_page(workspace, release.shard).as_uri()),
        "plots": dg.MetadataValue.path(str(workspace.home.quality(release.shard))),
        **_plots(workspace.home.quality(release.shard)),
        "export_files": dg.MetadataValue.path(str(workspace.home.released(release.shard))),
        "clip_statistics": dg.MetadataValue.path(str(workspace.home.clip_statistics(release.shard, ".txt"))),
        **cost.metadata,  # of all runs so far
        **({"mean_clip_score": round(clip.mean, 3)} if clip else {}),
        **({"mean_rubric_score": round(rubric.mean, 3)} if rubric else {}),
        **({"missing_articles": dg.MetadataValue.table(missing, schema=columns)} if missing else {}),
    }
