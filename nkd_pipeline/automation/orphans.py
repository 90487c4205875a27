"""Runs whose process is gone: they are failed, so that Dagster starts them again and nobody waits for them.

A killed process cannot say that its run has ended, and Dagster's default launcher cannot tell a dead machine from one at work: the run would stand
there as started for ever.
"""

from __future__ import annotations

import os
import socket
import time

import dagster as dg

from nkd_pipeline.execution.sign_of_life import HOST_TAG, PROCESS_TAG, last_sign
from nkd_pipeline.storage import processes

SILENCE_VARIABLE, SILENCE_MINUTES = "NKD_SILENT_HOST_MINUTES", 15.0
# a run says whose it is the moment it starts; one that has not after so long was killed in between
UNOWNED_SECONDS = 120.0
KEPT = "Rows that were flushed are kept; run the shard again."
_AT_WORK = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]


@dg.sensor(minimum_interval_seconds=60, default_status=dg.DefaultSensorStatus.RUNNING)
def orphaned_runs_sensor(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Fails the runs of killed processes and of machines that have gone silent; run retries then start them again."""
    closed = close_orphans(context.instance)
    return dg.SkipReason(f"closed {', '.join(closed)}" if closed else "every started run has its process")


def close_orphans(instance: dg.DagsterInstance) -> list[str]:
    """Fails every run whose process is known to be gone and returns their ids; one that is being cancelled is cancelled.

    Known are: processes of this machine, by number and start; machines that have not given a sign of life for `NKD_SILENT_HOST_MINUTES` (default 15).
    """
    closed = []
    for record in instance.get_run_records(dg.RunsFilter(statuses=_AT_WORK)):
        run = record.dagster_run
        if why := _gone(instance, record):
            if run.status == dg.DagsterRunStatus.CANCELING:
                instance.report_run_canceled(run, f"{why} {KEPT}")
            else:
                instance.report_run_failed(run, f"{why} {KEPT}")
            closed.append(run.run_id)
    return closed


def _gone(instance: dg.DagsterInstance, record: dg.RunRecord) -> str:
    """How the run's process went; empty when it may be at work."""
    run = record.dagster_run
    host, process = _owner(instance, run)
    if not host:
        unowned = run.status != dg.DagsterRunStatus.STARTING and record.start_time and time.time() - record.start_time > UNOWNED_SECONDS
        return "The process of this run was killed before it could say whose it is." if unowned else ""
    if host == socket.gethostname():
        return "" if processes.alive(process) else "The process of this run is gone (killed, or the machine went down)."
    minutes = float(os.environ.get(SILENCE_VARIABLE) or SILENCE_MINUTES)
    seen = last_sign(instance, host) or record.update_timestamp.timestamp()
    return f"Its machine {host} has given no sign of life for {minutes:.0f} minutes." if time.time() - seen > 60 * minutes else ""


def _owner(instance: dg.DagsterInstance, run: dg.DagsterRun) -> tuple[str, str]:
    """Host and process; empty when the run has not said so itself: Dagster gives a retried run the tags of the one before it."""
    host, process = run.tags.get(HOST_TAG, ""), run.tags.get(PROCESS_TAG, "")
    parent = instance.get_run_by_id(run.parent_run_id) if run.parent_run_id else None
    return ("", "") if parent and (host, process) == (parent.tags.get(HOST_TAG), parent.tags.get(PROCESS_TAG)) else (host, process)
