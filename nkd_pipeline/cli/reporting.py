"""Commands that only read: failed, export."""

from __future__ import annotations

from pathlib import Path

from nkd_pipeline.cli.console import input_errors, open_workspace, out, print_failed, print_quarantined
from nkd_pipeline.execution.catalog_view import FAILED_ARTICLE, view_shard
from nkd_pipeline.execution.ingest import quarantined_rows
from nkd_pipeline.report.export import export_shards


def show_failed(home: Path | None, profile: str) -> None:
    """Every failed article and every quarantined row."""
    workspace = open_workspace(home, profile)
    with input_errors():
        views = [(shard, view) for shard in workspace.shards() for view in view_shard(workspace, shard)]
        failures = [(shard, view.decision.article_id, view.decision.reason) for shard, view in views if view.status == FAILED_ARTICLE]
        quarantined = [row for catalog in workspace.tables.keys("quarantine") for row in quarantined_rows(workspace, catalog)]
    print_failed(failures, limit=None)
    print_quarantined(quarantined, limit=None)
    if not failures and not quarantined:
        out.print("No article has failed and no row is quarantined.")


def write_export(home: Path | None, profile: str, kind: str, path: Path, shards: list[str]) -> None:
    """Writes the export file of all shards, or of those named."""
    workspace = open_workspace(home, profile)
    with input_errors():
        known = workspace.shards()
        if unknown := sorted(set(shards) - set(known)):
            from nkd_pipeline.catalog.delivery import DeliveryError

            raise DeliveryError(f"There is no shard {', '.join(unknown)}. There are {', '.join(known) or 'none yet'}.")
        count = export_shards(workspace, shards or known, kind, path)
    out.print(f"{count} articles written to {path}", soft_wrap=True)
