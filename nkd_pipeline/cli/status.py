"""The command `status`: one screen for whoever answers for the catalogs."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich import box
from rich.markup import escape

from nkd_pipeline.cli.console import input_errors, open_workspace, out, table
from nkd_pipeline.execution.home_status import STATUSES, CatalogStatus, HomeStatus, home_status
from nkd_pipeline.execution.stage_runs import Cost
from nkd_pipeline.execution.workspace import Workspace

if TYPE_CHECKING:
    from nkd_pipeline.automation.outlook import Outlook

RELEVANT = 8  # reasons and running stages that fit on a screen
EXAMPLE = 140  # characters of an error
NAME = 18  # characters of a catalog's name before it is broken; a time breaks more readably
HEADS = ("articles", "released", "waived", "failed", "waiting")  # articles, then what STATUSES are called here


def show_status(home: Path | None, profile: str, *, as_json: bool) -> None:
    """Prints the status of a home, as tables or as one JSON object."""
    workspace, now = open_workspace(home, profile), datetime.now(UTC)
    with input_errors():
        status = home_status(workspace)
    if as_json:
        with input_errors():
            planned = _outlook(workspace, now)
        sys.stdout.write(json.dumps(_plain(workspace, status, planned, now), ensure_ascii=False, default=str, indent=1) + "\n")
        return
    if not status.catalogs:
        out.print("There is no shard yet: take in a delivery with `nkd run DELIVERY`.")
    else:
        _print_catalogs(workspace, status, now)
        _print_reasons(status, now)
    _print_running(status, now)
    with input_errors():
        planned = _outlook(workspace, now)
    _print_outlook(planned, now)


def _outlook(workspace: Workspace, now: datetime) -> Outlook | None:
    """What Dagster is about to do; None where no instance has been made yet. Importing Dagster takes longer than all the rest, so it comes last."""
    if not (workspace.home.dagster / "dagster.yaml").exists():
        return None
    from nkd_pipeline.automation.instance import get_instance
    from nkd_pipeline.automation.outlook import outlook
    from nkd_pipeline.definitions import defs

    with get_instance(workspace.home) as instance:
        return outlook(instance, defs.schedules or (), defs.sensors or (), now)


def _print_catalogs(workspace: Workspace, status: HomeStatus, now: datetime) -> None:
    title = f"{escape(str(workspace.home.root))}, profile {escape(workspace.profile.name)}, {now.astimezone():%Y-%m-%d %H:%M}"
    made = table(title, "catalog", *(f"#{head}" for head in HEADS), "#last run", "#computing", "#GPU")
    made.box, made.padding, made.pad_edge = box.SIMPLE_HEAD, (0, 1, 0, 0), False  # fits 80 columns
    made.columns[0].min_width = min(NAME, max(len(catalog.catalog) for catalog in status.catalogs))
    for catalog in status.catalogs:
        last = _when(catalog.last_run, now) if catalog.last_run else "never"
        made.add_row(escape(catalog.catalog), *map(str, _counts(catalog)), last, *_cost(catalog.cost))
    if len(status.catalogs) > 1:
        sums = [str(sum(column)) for column in zip(*map(_counts, status.catalogs), strict=True)]
        made.add_section()
        made.add_row("all", *sums, "", *_cost(status.cost))
    out.print(made)
    if quarantined := sum(catalog.quarantined for catalog in status.catalogs):
        out.print(f"{quarantined} rows were refused when they came in: `nkd failed` lists them.")


def _counts(catalog: CatalogStatus) -> list[int]:
    return [catalog.articles, *(catalog.statuses[name] for name in STATUSES)]


def _cost(cost: Cost) -> tuple[str, str]:
    return _duration(cost.seconds), _duration(cost.device_seconds) if cost.device_seconds else "-"


def _print_reasons(status: HomeStatus, now: datetime) -> None:
    for reason in status.reasons[:RELEVANT]:
        catalogs = escape(", ".join(reason.catalogs[:3])) + (" …" if len(reason.catalogs) > 3 else "")
        out.print(f"[bold red]{reason.count} failed:[/bold red] {escape(reason.kind)} in {reason.asset} ({catalogs})")
        again = "Not tried again before something changes." if reason.next_try is None else f"Tried again {_when(reason.next_try.isoformat(), now)}."
        out.print(f"   {escape(reason.cure)} {again}")
        out.print(f"   [dim]{escape(reason.example[:EXAMPLE])}{'…' if len(reason.example) > EXAMPLE else ''}[/dim]")
    if len(status.reasons) > RELEVANT:
        out.print(f"… and {len(status.reasons) - RELEVANT} more reasons: see `nkd failed`")


def _print_running(status: HomeStatus, now: datetime) -> None:
    for shard, run in status.running[:RELEVANT]:
        since, where = _when(run.started_at, now), f"{escape(run.host)}, process {run.process.partition('-')[0]}, {run.device}"
        out.print(f"[bold]Running:[/bold] {run.asset} of {escape(shard)}, {run.done} of {run.todo} rows, since {since} ({where})")
    for shard, run in status.killed[:RELEVANT]:
        broken = f"{run.asset} of {escape(shard)} at {run.done} of {run.todo} rows, {_when(run.started_at, now)}"
        out.print(f"[yellow]Killed:[/yellow] {broken}. What was computed is kept; run the shard again for the rest.")
    if not status.running:
        out.print("Nothing is running.")


def _print_outlook(planned: Outlook | None, now: datetime) -> None:
    if planned is None:
        return
    if planned.queued_runs:
        out.print(f"Waiting in Dagster's queue: {planned.queued_runs} runs.")
    ticks = sorted((schedule.next_tick, schedule.name) for schedule in planned.schedules if schedule.next_tick)
    coming = ", ".join(f"{name} {_when(tick.isoformat(), now)}" for tick, name in ticks) or "no schedule is switched on"
    sensors = ", ".join(sensor.name for sensor in planned.sensors if sensor.on)
    if planned.daemon_at_work:
        out.print(f"Next by itself: {coming}. Sensors at work: {sensors or 'none'}.", soft_wrap=True)
    else:
        out.print(
            f"[yellow]Nothing starts by itself: Dagster's daemon is not running. Start `nkd ui`.[/yellow] It would be: {coming}.", soft_wrap=True
        )


def _plain(workspace: Workspace, status: HomeStatus, planned: Outlook | None, now: datetime) -> dict[str, Any]:
    return {
        "home": str(workspace.home.root),
        "profile": workspace.profile.name,
        "at": now.isoformat(timespec="seconds"),
        "catalogs": [asdict(catalog) for catalog in status.catalogs],
        "failed_because": [asdict(reason) for reason in status.reasons],
        "cost": asdict(status.cost),
        "running": [{"shard": shard, **asdict(run)} for shard, run in status.running],
        "killed": [{"shard": shard, **asdict(run)} for shard, run in status.killed],
        "outlook": asdict(planned) if planned else None,
    }


def _when(moment: str, now: datetime) -> str:
    """A UTC time as the user's clock shows it: today the time alone."""
    local = datetime.fromisoformat(moment).astimezone()
    return f"{local:%H:%M}" if local.date() == now.astimezone().date() else f"{local:%d %b %H:%M}"


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.1f} min" if seconds < 3600 else f"{seconds / 3600:.1f} h"
