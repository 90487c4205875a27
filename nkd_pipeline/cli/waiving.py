"""The command `waive`: a person does without an article's picture."""

from __future__ import annotations

import getpass
import os
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from rich.markup import escape

from nkd_pipeline.assets.catalog_release import catalog_release
from nkd_pipeline.automation.instance import open_instance
from nkd_pipeline.cli.console import INPUT_ERROR, err, input_errors, open_workspace, out
from nkd_pipeline.cli.running import QUIET
from nkd_pipeline.definitions import defs
from nkd_pipeline.execution.sign_of_life import owner_tags
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.records import Waiver


def waive_article(home: Path | None, profile: str, article_id: str, reason: str, person: str, *, withdraw: bool) -> None:
    """Stores or withdraws a waiver in every shard that holds the article, and releases these shards anew."""
    workspace = open_workspace(home, profile)
    shards = [shard for shard in workspace.shards() if any(row.article_id == article_id for row in workspace.delivered(shard))]
    if not shards:
        _refuse(f"There is no article {article_id} in {workspace.home.root}. `nkd failed` lists those that failed.")
    if not withdraw and not reason.strip():
        _refuse('A waiver needs a reason that others understand later: --reason "photo comes from the studio".')
    if withdraw and not any(article_id in workspace.waivers(shard) for shard in shards):
        _refuse(f"Article {article_id} is not waived.")
    now = datetime.now(UTC).isoformat(timespec="seconds")
    waiver = None if withdraw else Waiver(article_id, " ".join(reason.split()), person or getpass.getuser(), now)
    os.environ["NKD_PROFILE"] = profile
    with input_errors():
        instance = open_instance(workspace.home)
    with instance:
        job = defs.resolve_implicit_global_asset_job_def()
        for shard in shards:
            _store(workspace, shard, article_id, waiver)
            run = partial(job.execute_in_process, instance=instance, raise_on_error=False, run_config=QUIET, tags=owner_tags())
            released = run(asset_selection=[catalog_release.key], partition_key=shard).success
            done = "is withdrawn" if withdraw else "is stored"
            out.print(f"The waiver {done}; shard {escape(shard)} {'is released' if released else 'still has articles without an approved picture'}.")


def _store(workspace: Workspace, shard: str, article_id: str, waiver: Waiver | None) -> None:
    with workspace.tables.locked("waivers", shard):
        waivers = workspace.waivers(shard)
        waivers.pop(article_id, None)
        if waiver:
            waivers[article_id] = waiver
        workspace.tables.write_records("waivers", Waiver, shard, waivers.values())


def _refuse(message: str) -> None:
    err.print(f"[red]{escape(message)}[/red]", soft_wrap=True)
    raise SystemExit(INPUT_ERROR)
