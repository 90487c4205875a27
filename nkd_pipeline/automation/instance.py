"""The Dagster instance of a home: run history, partitions and schedules lie beside the tables they speak of."""

from __future__ import annotations

import os
import socket
from importlib import resources

import dagster as dg

from nkd_pipeline.assets.common import GPU_POOL
from nkd_pipeline.execution.lease import devices
from nkd_pipeline.storage import files
from nkd_pipeline.storage.home import Home

HOST_TAG, PROCESS_TAG = "nkd/host", "nkd/process"


def prepare_instance(home: Home) -> None:
    """Makes the home's Dagster folder and points DAGSTER_HOME and NKD_HOME at it, for this process and its children."""
    settings = home.dagster / "dagster.yaml"
    if not settings.exists():
        files.replace_text(settings, (resources.files("nkd_pipeline") / "dagster.yaml").read_text(encoding="utf-8"))
    home.incoming.mkdir(parents=True, exist_ok=True)
    os.environ["DAGSTER_HOME"] = str(home.dagster)
    os.environ["NKD_HOME"] = str(home.root)


def open_instance(home: Home) -> dg.DagsterInstance:
    """The home's instance; runs of this machine whose process is gone are closed first, and the pool of its devices gets its slots."""
    prepare_instance(home)
    instance = dg.DagsterInstance.get()
    _close_orphans(instance)
    _free_slots_of_ended_runs(instance)
    _set_slots(instance)
    return instance


def process_tags() -> dict[str, str]:
    """Tags of a run that this process executes itself."""
    return {HOST_TAG: socket.gethostname(), PROCESS_TAG: str(os.getpid())}


def _close_orphans(instance: dg.DagsterInstance) -> None:
    # a killed process cannot say that its run has ended: without this the UI shows it as running for ever
    started = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING], tags={HOST_TAG: socket.gethostname()})
    for run in instance.get_runs(filters=started):
        if not _alive(int(run.tags[PROCESS_TAG])):
            message = "The process of this run is gone (killed, or the machine went down). Rows that were flushed are kept; run the shard again."
            instance.report_run_failed(run, message)


def _set_slots(instance: dg.DagsterInstance) -> None:
    """As many slots as devices; where there is none, as many as cores: nobody waits for a GPU that is not there."""
    storage, wanted = instance.event_log_storage, len(devices()) or os.cpu_count() or 1
    if not any((pool.name, pool.limit, pool.from_default) == (GPU_POOL, wanted, False) for pool in storage.get_pool_limits()):
        storage.set_concurrency_slots(GPU_POOL, wanted)


def _free_slots_of_ended_runs(instance: dg.DagsterInstance) -> None:
    # a killed process keeps its slot even when its run has been closed, and every other run would wait for it for ever
    pool = instance.event_log_storage.get_concurrency_info(GPU_POOL)
    for run_id in {slot.run_id for slot in pool.claimed_slots} | {step.run_id for step in pool.pending_steps}:
        run = instance.get_run_by_id(run_id)
        if run is None or run.is_finished:
            instance.event_log_storage.free_concurrency_slots_for_run(run_id)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # somebody else's process: it lives
    return True
