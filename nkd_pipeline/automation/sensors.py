"""Sensors: deliveries dropped into a folder are taken in; shards that are new or changed can run by themselves."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from nkd_pipeline.assets.partitions import shards
from nkd_pipeline.assets.resources import WorkspaceResource
from nkd_pipeline.automation.incoming import Look, Memory, Taken, look
from nkd_pipeline.automation.jobs import catalog_run, ingest_delivery
from nkd_pipeline.catalog.identifiers import catalog_name
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.storage import files

# the last four cannot be read, but a run that says so is better than a file that nothing happens to
SUFFIXES = (".xlsx", ".xlsm", ".csv", ".tsv", ".txt", ".xls", ".xlsb", ".ods", ".numbers")
INTERVAL_SECONDS = 10
CONTENT_TAG = "nkd/content"


@dg.sensor(job=ingest_delivery, minimum_interval_seconds=INTERVAL_SECONDS, default_status=dg.DefaultSensorStatus.RUNNING)
def delivery_sensor(context: dg.SensorEvaluationContext, workspace: WorkspaceResource) -> dg.SensorResult:
    """Takes in every new or changed file of the home's `incoming` folder, once it has stopped growing.

    A file that holds what was taken in already is left alone, whatever its name and time; one whose intake failed is taken in again when it is saved
    or copied again. The cursor holds what was seen.
    """
    incoming = workspace.open().home.incoming
    files_now = {path.name: path for path in _deliveries(incoming)}
    states = {name: _state(path) for name, path in files_now.items()}
    seen = look(Memory.parse(context.cursor), states, lambda name: _content(files_now[name]), catalog_name)
    again = {name: seen.memory.taken[name] for name, twin in seen.known.items() if twin == name and not _was_taken_in(context.instance, seen, name)}
    requests = [_request(files_now[name], held, states[name]) for name, held in {**seen.new, **again}.items()]
    why = None if requests else _nothing_to_do(incoming, seen)
    return dg.SensorResult(requests, skip_reason=why, cursor=seen.memory.text())


def _nothing_to_do(incoming: Path, seen: Look) -> str:
    if seen.growing:
        return f"{len(seen.growing)} files in {incoming} may still be growing"
    same = [f"{name} holds what was taken in{'' if twin == name else f' as {twin}'}" for name, twin in seen.known.items()]
    return "; ".join(same) or f"no new file in {incoming}"


def _was_taken_in(instance: dg.DagsterInstance, seen: Look, name: str) -> bool:
    """Whether the intake of what the file holds went well or may still do so."""
    runs = instance.get_runs(filters=dg.RunsFilter(tags={CONTENT_TAG: seen.memory.taken[name].content}))
    return not runs or any(not run.is_finished or run.is_success for run in runs)


def _deliveries(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        # "~$" and "." are what spreadsheet and copy programs put beside a file while they work on it
        yield from (p for p in sorted(folder.iterdir()) if p.suffix.lower() in SUFFIXES and not p.name.startswith(("~$", ".")) and p.is_file())


def _state(path: Path) -> str:
    stat = path.stat()
    return f"{stat.st_size}:{stat.st_mtime_ns}"


def _content(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:32]


def _request(path: Path, held: Taken, state: str) -> dg.RunRequest:
    config = {"ops": {"take_in_delivery": {"config": {"path": str(path), "catalog": held.catalog}}}}
    return dg.RunRequest(
        run_key=f"{path.name}:{held.content}:{state}", run_config=config, tags={"nkd/delivery": path.name, CONTENT_TAG: held.content}
    )


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
    return str(files.version(workspace.home.table("delivery_rows", shard))[-1])
