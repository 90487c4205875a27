"""The instance of a home: its settings, and runs whose process is gone."""

import os
import subprocess
import sys

import dagster as dg

from nkd_pipeline.automation.instance import PROCESS_TAG, open_instance, process_tags


@dg.job
def ingest():
    pass


def test_a_home_gets_settings_once_and_keeps_its_own(workspace):
    with open_instance(workspace.home):
        pass
    settings = workspace.home.dagster / "dagster.yaml"
    assert "telemetry" in settings.read_text()
    settings.write_text("telemetry:\n  enabled: false\n")
    with open_instance(workspace.home):
        assert settings.read_text() == "telemetry:\n  enabled: false\n"


def test_runs_of_dead_processes_are_closed_and_living_ones_left_alone(workspace):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    with open_instance(workspace.home) as instance:
        dead, alive = (_started(instance, process) for process in (gone.pid, os.getpid()))
    with open_instance(workspace.home) as instance:
        assert instance.get_run_by_id(dead).status == dg.DagsterRunStatus.FAILURE
        assert instance.get_run_by_id(alive).status == dg.DagsterRunStatus.STARTED


def _started(instance, process):
    run = instance.create_run_for_job(ingest, tags={**process_tags(), PROCESS_TAG: str(process)}, status=dg.DagsterRunStatus.STARTED)
    return run.run_id
