"""Commands that only read: status, failed, export."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from rich.markup import escape

from nkd_pipeline.cli.console import input_errors, open_workspace, out, print_failed, print_quarantined, table
from nkd_pipeline.execution.catalog_view import FAILED_ARTICLE, view_shard
from nkd_pipeline.execution.ingest import quarantined_rows
from nkd_pipeline.report.export import export_shards


def show_status(home: Path | None, profile: str) -> None:
    """One line per shard."""
    workspace = open_workspace(home, profile)
    made = table(f"Home {workspace.home.root}", "shard", "#articles", "#released", "#waived", "#failed", "#pending", "gallery")
    with input_errors():
        for shard in workspace.shards():
            counts = Counter(view.status for view in view_shard(workspace, shard))
            gallery = workspace.home.gallery(shard)
            numbers = [str(sum(counts.values())), *(str(counts[name]) for name in ("released", "waived", "failed", "pending"))]
            made.add_row(escape(shard), *numbers, workspace.home.relative(gallery) if gallery.exists() else "not made yet")
    out.print(made)
    if not made.rows:
        out.print("There is no shard yet: take in a delivery with `nkd run DELIVERY`.")


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
