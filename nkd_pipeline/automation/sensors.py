"""Sensors: deliveries dropped into a folder are taken in; shards that are new or changed can run by themselves."""

import json
from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from nkd_pipeline.assets.partitions import shards
from nkd_pipeline.assets.resources import WorkspaceResource
from nkd_pipeline.automation.jobs import catalog_run, ingest_delivery
from nkd_pipeline.execution.workspace import Workspace

# the last four cannot be read, but a run that says so is better than a file that nothing happens to
SUFFIXES = (".xlsx", ".xlsm", ".csv", ".tsv", ".txt", ".xls", ".xlsb", ".ods", ".numbers")
INTERVAL_SECONDS = 10


@dg.sensor(job=ingest_delivery, minimum_interval_seconds=INTERVAL_SECONDS, default_status=dg.DefaultSensorStatus.RUNNING)
def delivery_sensor(context: dg.SensorEvaluationContext, workspace: WorkspaceResource) -> dg.SensorResult:
    """Takes in every new or changed file of the home's `incoming` folder, once it has stopped growing.

    A file counts as complete when its size and time are the same in two looks. The cursor holds what was seen.
    """
    incoming = workspace.open().home.incoming
    seen: dict[str, str] = json.loads(context.cursor or "{}")
    now = {path.name: _state(path) for path in _deliveries(incoming)}
    # "?" marks a file that was there in the last look but not yet taken in
    ready = [name for name, state in now.items() if seen.get(name) == f"?{state}"]
    cursor = {name: state if name in ready or seen.get(name) == state else f"?{state}" for name, state in now.items()}
    waiting = sum(state.startswith("?") for state in cursor.values())
    why = None if ready else f"{waiting} files in {incoming} may still be growing" if waiting else f"no new file in {incoming}"
    return dg.SensorResult([_request(incoming / name, now[name]) for name in ready], skip_reason=why, cursor=json.dumps(cursor))


def _deliveries(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        # "~$" and "." are what spreadsheet and copy programs put beside a file while they work on it
        yield from (p for p in sorted(folder.iterdir()) if p.suffix.lower() in SUFFIXES and not p.name.startswith(("~$", ".")) and p.is_file())


def _state(path: Path) -> str:
    stat = path.stat()
    return f"{stat.st_size}:{stat.st_mtime_ns}"


def _request(path: Path, state: str) -> dg.RunRequest:
    config = {"ops": {"take_in_delivery": {"config": {"path": str(path)}}}}
    return dg.RunRequest(run_key=f"{path.name}:{state}", run_config=config, tags={"nkd/delivery": path.name})


@dg.sensor(job=catalog_run, minimum_interval_seconds=INTERVAL_SECONDS, default_status=dg.DefaultSensorStatus.STOPPED)
def new_shards_sensor(context: dg.SensorEvaluationContext, workspace: WorkspaceResource) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Runs a shard as soon as its rows are new or changed. Switched off at first: a person may want to look before a catalog is computed."""
    opened = workspace.open()
    partitions = set(context.instance.get_dynamic_partitions(str(shards.name)))
    changed = [(shard, _rows_state(opened, shard)) for shard in opened.shards() if shard in partitions]
    if not changed:
        yield dg.SkipReason("there are no shards yet")
    for shard, state in changed:
        yield dg.RunRequest(run_key=f"{shard}:{state}", partition_key=shard)


def _rows_state(workspace: Workspace, shard: str) -> str:
    # the table is only replaced when a row changed, so its time says when
    return str(workspace.home.table("delivery_rows", shard).stat().st_mtime_ns)
