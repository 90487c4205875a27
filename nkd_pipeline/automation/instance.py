"""The Dagster instance of a home: run history, partitions and schedules lie beside the tables they speak of."""

from __future__ import annotations

import os

import dagster as dg

from nkd_pipeline.assets.common import GPU_POOL
from nkd_pipeline.automation.instance_settings import prepare_settings
from nkd_pipeline.automation.orphans import close_orphans
from nkd_pipeline.execution.lease import devices
from nkd_pipeline.storage.files import locked
from nkd_pipeline.storage.home import Home


def get_instance(home: Home) -> dg.DagsterInstance:
    """The home's instance, made where there is none; points DAGSTER_HOME and NKD_HOME at it, for this process and its children."""
    prepare_settings(home.dagster / "dagster.yaml")
    home.incoming.mkdir(parents=True, exist_ok=True)
    os.environ["DAGSTER_HOME"] = str(home.dagster)
    os.environ["NKD_HOME"] = str(home.root)
    # Dagster makes its tables without a look at who else does: the second ended with "table already exists"
    with locked(home.dagster / "opening.lock"):
        return dg.DagsterInstance.get()


def open_instance(home: Home) -> dg.DagsterInstance:
    """The home's instance; runs whose process is gone are closed first, and the pool of its devices gets its slots."""
    instance = get_instance(home)
    close_orphans(instance)
    _free_slots_of_ended_runs(instance)
    _set_slots(instance)
    return instance


def _set_slots(instance: dg.DagsterInstance) -> None:
    """As many slots as devices; where there is none, as many as cores: nobody waits for a GPU that is not there.

    Machines that share a database share the pool: `NKD_SLOTS` says how many devices they have together.
    """
    storage, wanted = instance.event_log_storage, int(os.environ.get("NKD_SLOTS") or len(devices()) or os.cpu_count() or 1)
    if not any((pool.name, pool.limit, pool.from_default) == (GPU_POOL, wanted, False) for pool in storage.get_pool_limits()):
        storage.set_concurrency_slots(GPU_POOL, wanted)


def _free_slots_of_ended_runs(instance: dg.DagsterInstance) -> None:
    # a killed process keeps its slot even when its run has been closed, and every other run would wait for it for ever
    pool = instance.event_log_storage.get_concurrency_info(GPU_POOL)
    for run_id in {slot.run_id for slot in pool.claimed_slots} | {step.run_id for step in pool.pending_steps}:
        run = instance.get_run_by_id(run_id)
        if run is None or run.is_finished:
            instance.event_log_storage.free_concurrency_slots_for_run(run_id)
