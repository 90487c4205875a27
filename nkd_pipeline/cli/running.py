"""Commands that compute: run, retry, ui. All of them run the Dagster assets."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
from rich.markup import escape

from nkd_pipeline.assets.article_backfills import article_backfills
from nkd_pipeline.assets.common import progress
from nkd_pipeline.assets.partitions import add_partitions, failed_articles, failed_key, ranges, shards, split_failed_key
from nkd_pipeline.automation.activity import RANGE_END, RANGE_START
from nkd_pipeline.automation.instance import open_instance
from nkd_pipeline.cli.console import (
    ARTICLES_FAILED,
    INPUT_ERROR,
    bars,
    err,
    input_errors,
    open_workspace,
    out,
    print_failed,
    print_quarantined,
    table,
)
from nkd_pipeline.definitions import defs
from nkd_pipeline.execution.catalog_view import FAILED_ARTICLE, RELEASED, WAIVED, ArticleView, view_shard
from nkd_pipeline.execution.checkpoints import require_checkpoints
from nkd_pipeline.execution.ingest import Ingested, ingest, quarantined_rows
from nkd_pipeline.execution.lease import NoDeviceError, device_lease, devices
from nkd_pipeline.execution.sign_of_life import owner_tags, sign_of_life
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.storage.fault_points import fault_point

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def run_delivery(delivery: Path, home: Path | None, profile: str, limit: int | None, columns: list[str]) -> int:
    """Takes in a delivery, materializes its shards and says what came of it. Returns the exit code."""
    workspace = _ready_workspace(home, profile)
    os.environ["NKD_PROFILE"] = profile
    with input_errors():
        instance = open_instance(workspace.home)
        taken = ingest(workspace, delivery, _columns(columns), limit)
    add_partitions(instance, shards, list(taken.shards))
    fault_point("ingest.partitions_added")
    for note in taken.notes:
        out.print(f"[dim]{escape(note)}[/dim]", soft_wrap=True)
    return _summary(workspace, taken, _materialize(workspace, instance, taken.shards))


def run_shards(home: Path | None, profile: str, shard_keys: list[str]) -> int:
    """Materializes shards that are there already and says what is missing then. Returns the exit code."""
    workspace = _ready_workspace(home, profile)
    os.environ["NKD_PROFILE"] = profile
    with input_errors():
        instance = open_instance(workspace.home)
    add_partitions(instance, shards, shard_keys)
    broken = _materialize(workspace, instance, shard_keys)
    missing = _missing(_views(workspace, shard_keys))
    print_failed(missing)
    for error in broken:
        err.print(f"[red]{escape(error)}[/red]", soft_wrap=True)
    articles = sum(len(workspace.delivered(shard)) for shard in shard_keys)
    out.print(f"{articles - len(missing)} of {articles} articles have an approved picture or a waiver.")
    return ARTICLES_FAILED if missing or broken else 0


def retry_failed(home: Path | None, profile: str, article_ids: list[str]) -> int:
    """Makes the failed articles anew, or those named. Returns the exit code."""
    workspace = _ready_workspace(home, profile)
    os.environ["NKD_PROFILE"] = profile
    with input_errors():
        instance = open_instance(workspace.home)
    keys = _keys_to_retry(workspace, article_ids)
    if not keys:
        out.print("No article has failed.")
        return 0
    add_partitions(instance, failed_articles, keys)
    job = defs.resolve_implicit_global_asset_job_def()
    with leased_device(workspace), sign_of_life(instance):
        for first, last in ranges(instance.get_dynamic_partitions(str(failed_articles.name)), set(keys)):
            tags = {RANGE_START: first, RANGE_END: last, **owner_tags()}
            job.execute_in_process(instance=instance, asset_selection=[article_backfills.key], tags=tags, raise_on_error=False, run_config=QUIET)
    touched = sorted({split_failed_key(key)[0] for key in keys})
    missing = _missing(_views(workspace, touched))
    again = [row for row in missing if failed_key(row[0], row[1]) in keys]
    out.print(f"{len(keys) - len(again)} of {len(keys)} articles are released now.")
    print_failed(again)
    return ARTICLES_FAILED if again else 0


def serve_ui(home: Path | None, profile: str, host: str, port: int) -> None:
    """Becomes `dagster dev` for this home."""
    workspace = open_workspace(home, profile)
    with input_errors():
        open_instance(workspace.home).dispose()  # closes what a killed run left behind before the daemon could start it again
    os.environ["NKD_PROFILE"] = profile
    out.print(f"Deliveries dropped into {workspace.home.incoming} are taken in. UI: http://{host}:{port}", soft_wrap=True)
    command = [sys.executable, "-m", "dagster", "dev", "-m", "nkd_pipeline.definitions", "-h", host, "-p", str(port)]
    os.execv(sys.executable, command)  # noqa: S606 - no shell, no input


def _materialize(workspace: Workspace, instance: dg.DagsterInstance, shard_keys: Iterable[str]) -> list[str]:
    """Runs the job of all stages for each shard; returns what broke."""
    job = defs.resolve_job_def("catalog_run")
    broken: list[str] = []
    with leased_device(workspace), sign_of_life(instance), stage_bars():
        for shard in shard_keys:
            result = job.execute_in_process(instance=instance, partition_key=shard, raise_on_error=False, tags=owner_tags(), run_config=QUIET)
            broken += step_errors(result)
    return broken


def _ready_workspace(home: Path | None, profile: str) -> Workspace:
    """The workspace of a command that computes, once all models of its profile are known to be there."""
    workspace = open_workspace(home, profile)
    with input_errors():
        require_checkpoints(workspace.profile)
    return workspace


def _columns(pairs: list[str]) -> dict[str, str]:
    named = dict(pair.partition("=")[::2] for pair in pairs)
    if wrong := [pair for pair in pairs if "=" not in pair]:
        err.print(f'[red]--column {escape(wrong[0])}: write field=header, e.g. --column description="Werbetext".[/red]')
        raise SystemExit(INPUT_ERROR)
    return named


@contextmanager
def leased_device(workspace: Workspace) -> Iterator[None]:
    """Holds a device while the command computes; without one the command ends with the reason."""
    try:
        with device_lease(workspace.home.local / "locks", devices()):
            yield
    except NoDeviceError as error:
        err.print(f"[red]{escape(str(error))}[/red]")
        raise SystemExit(ARTICLES_FAILED) from error


@contextmanager
def stage_bars() -> Iterator[None]:
    """A progress bar per stage that has something to do."""
    with bars() as shown:
        tasks: dict[tuple[str, int], Any] = {}

        def show(asset: str, done: int, todo: int) -> None:
            if (asset, todo) not in tasks:
                tasks[asset, todo] = shown.add_task(asset, total=todo)
            shown.update(tasks[asset, todo], completed=done)

        token = progress.set(show)
        try:
            yield
        finally:
            progress.reset(token)


def step_errors(result: Any) -> list[str]:  # noqa: ANN401 - Dagster's result
    """What broke besides the release, which speaks for itself in the summary."""
    failures = [event for event in result.all_events if event.is_step_failure and event.step_key != "catalog_release"]
    return [f"{event.step_key}: {(event.step_failure_data.error.cause or event.step_failure_data.error).message.strip()}" for event in failures]


def _views(workspace: Workspace, shard_keys: Iterable[str]) -> dict[str, list[ArticleView]]:
    return {shard: view_shard(workspace, shard) for shard in shard_keys}


def _missing(views: Mapping[str, list[ArticleView]]) -> list[tuple[str, str, str]]:
    decisions = [(shard, view.decision) for shard, articles in views.items() for view in articles]
    return [(shard, decision.article_id, decision.reason) for shard, decision in decisions if not (decision.released or decision.waived)]


def _summary(workspace: Workspace, taken: Ingested, broken: list[str]) -> int:
    views = _views(workspace, taken.shards)
    missing = _missing(views)
    print_quarantined(quarantined_rows(workspace, taken.catalog))
    print_failed(missing)
    made = table(f"Delivery {taken.catalog}", "shard", "#articles", "#released", "#waived", "#not released")
    waived = 0
    for shard, articles in views.items():
        counts = Counter(view.status for view in articles)
        waived += counts[WAIVED]
        without = len(articles) - counts[RELEASED] - counts[WAIVED]
        made.add_row(escape(shard), str(len(articles)), str(counts[RELEASED]), str(counts[WAIVED]), str(without))
    out.print(made)
    for error in broken:
        err.print(f"[red]{escape(error)}[/red]", soft_wrap=True)
    waivers = f"{waived} waived, " if waived else ""
    out.print(f"{taken.articles - len(missing) - waived} of {taken.articles} articles released, {waivers}{len(taken.quarantined)} rows quarantined.")
    for shard in taken.shards:
        if workspace.home.gallery(shard).exists():
            out.print(f"Gallery: {workspace.home.gallery(shard)}", soft_wrap=True)
    return ARTICLES_FAILED if missing or broken else 0


def _keys_to_retry(workspace: Workspace, article_ids: list[str]) -> list[str]:
    wanted = set(article_ids)
    views = [(shard, view) for shard in workspace.shards() for view in view_shard(workspace, shard)]
    if wanted:
        known = {view.delivered.article_id for _, view in views}
        if unknown := sorted(wanted - known):
            err.print(f"[red]There is no article {escape(', '.join(unknown))} in {workspace.home.root}. `nkd failed` lists those that failed.[/red]")
            raise SystemExit(INPUT_ERROR)
        return [failed_key(shard, view.delivered.article_id) for shard, view in views if view.delivered.article_id in wanted]
    return [failed_key(shard, view.delivered.article_id) for shard, view in views if view.status == FAILED_ARTICLE]
