"""The command `prune`: pictures of earlier attempts go."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from rich.markup import escape

from nkd_pipeline.cli.console import INPUT_ERROR, LISTED, err, input_errors, open_workspace, out, table
from nkd_pipeline.execution.retention import RemovedPicture, prune_shard
from nkd_pipeline.report.release import release_shard


def prune_home(home: Path | None, profile: str, keep: int | None, days: int | None, *, dry_run: bool) -> None:
    """Prunes all shards, or says what would go, and makes their pages anew. Exit code 2 when nothing says how many pictures stay."""
    workspace = open_workspace(home, profile)
    if keep is None and workspace.profile.run.keep_attempts is None:
        err.print(
            "[red]How many pictures of each article are to stay? Say --keep 2, or set keep_attempts under [run] in the home's settings.toml.[/red]"
        )
        raise SystemExit(INPUT_ERROR)
    removed: list[tuple[str, RemovedPicture]] = []
    with input_errors():
        for shard in workspace.shards():
            gone = prune_shard(workspace, shard, datetime.now(UTC), keep, days, dry_run=dry_run)
            removed += [(shard, picture) for picture in gone]
            if gone and not dry_run:
                release_shard(workspace, shard)  # its pages showed them
    _print(removed, dry_run=dry_run)


def _print(removed: list[tuple[str, RemovedPicture]], *, dry_run: bool) -> None:
    if removed:
        made = table("Pictures that would go" if dry_run else "Pictures removed", "shard", "article", "#attempt", "#kB")
        for shard, picture in removed[:LISTED]:
            made.add_row(escape(shard), escape(picture.article_id), str(picture.attempt), f"{picture.bytes / 1000:.0f}")
        out.print(made)
    megabytes = sum(picture.bytes for _, picture in removed) / 1e6
    out.print(f"{len(removed)} pictures {'would be' if dry_run else 'are'} removed, {megabytes:.1f} MB.")
