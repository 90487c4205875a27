"""Runs whose process is gone are failed, so that retries fire; a run that may be at work never is."""

import os
import subprocess
import sys
import time

import dagster as dg
import pytest

from nkd_pipeline.automation import orphans
from nkd_pipeline.automation.instance import open_instance
from nkd_pipeline.automation.orphans import close_orphans, orphaned_runs_sensor
from nkd_pipeline.execution.sign_of_life import HOST_TAG, PROCESS_TAG, last_sign, owner_tags, sign_of_life
from nkd_pipeline.storage import processes

LONG_AGO = 3600.0  # seconds


@dg.job
def shard():
    pass


@pytest.fixture
def instance(workspace):
    with open_instance(workspace.home) as opened:
        yield opened


@pytest.fixture
def dead():
    """The identity of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    identity = processes.identity(process.pid)
    process.communicate(b"\n")
    return identity


def started(instance, host="", process="", **more):
    """A run that Dagster holds for started."""
    tags = {**({HOST_TAG: host, PROCESS_TAG: process} if host else {}), **more.pop("tags", {})}
    run = instance.create_run_for_job(shard, tags=tags, **more)
    instance.report_dagster_event(dg.DagsterEvent("PIPELINE_START", shard.name), run.run_id)
    return run.run_id


def here():
    return owner_tags()[HOST_TAG]


def status(instance, run_id):
    return instance.get_run_by_id(run_id).status


def test_a_run_of_a_dead_process_is_failed_at_start_up_and_would_be_retried(workspace, instance, dead):
    run_id = started(instance, here(), dead)
    with open_instance(workspace.home) as again:
        assert status(again, run_id) == dg.DagsterRunStatus.FAILURE
        assert again.get_run_by_id(run_id).tags["dagster/will_retry"] == "true"


@pytest.mark.parametrize(
    "process",
    [
        pytest.param(processes.identity(), id="this process"),
        pytest.param(f"{os.getpid()}-0", id="a system that does not tell when processes started"),
        pytest.param("1-0", id="somebody else's process, which we may not signal"),
    ],
)
def test_a_run_of_a_living_process_is_left_alone(instance, process):
    run_id = started(instance, here(), process)
    assert close_orphans(instance) == []
    assert status(instance, run_id) == dg.DagsterRunStatus.STARTED


def test_a_number_that_was_given_to_another_process_does_not_keep_a_run_alive(instance):
    # containers begin to count anew: after a restart some process nearly always has the old number
    run_id = started(instance, here(), f"{os.getpid()}-1")
    assert close_orphans(instance) == [run_id]


def test_a_silent_machine_is_gone_and_one_that_gives_signs_is_not(instance, monkeypatch):
    silent, living = started(instance, "silent", "7-7"), started(instance, "living", "7-7")
    monkeypatch.setattr(orphans.time, "time", lambda now=time.time: now() + LONG_AGO)
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr("socket.gethostname", lambda: "living")
        with sign_of_life(instance):
            pass
    assert close_orphans(instance) == [silent]
    assert status(instance, living) == dg.DagsterRunStatus.STARTED


def test_how_long_a_machine_may_be_silent_is_a_setting(instance, monkeypatch):
    run_id = started(instance, "elsewhere", "7-7")
    monkeypatch.setenv(orphans.SILENCE_VARIABLE, "1000000")
    assert close_orphans(instance) == []
    monkeypatch.setenv(orphans.SILENCE_VARIABLE, "0")
    assert close_orphans(instance) == [run_id]


def test_a_run_that_never_said_whose_it_is_gets_a_little_time(instance, monkeypatch):
    # killed between its start and its first words: such a run has no process that could be looked for
    run_id = started(instance)
    assert close_orphans(instance) == []
    monkeypatch.setattr(orphans.time, "time", lambda now=time.time: now() + LONG_AGO)
    assert close_orphans(instance) == [run_id]


def test_a_retry_is_not_taken_for_dead_because_it_carries_the_tags_of_the_run_before(instance, dead):
    first = started(instance, here(), dead)
    assert close_orphans(instance) == [first]
    retry = started(instance, here(), dead, parent_run_id=first, root_run_id=first)  # as Dagster makes it, before its process has said a word
    assert close_orphans(instance) == []
    instance.add_run_tags(retry, owner_tags())
    assert close_orphans(instance) == []


def test_a_cancelled_run_whose_process_died_is_cancelled(instance, dead):
    run_id = started(instance, here(), dead)
    instance.report_run_canceling(instance.get_run_by_id(run_id))
    assert close_orphans(instance) == [run_id]
    assert status(instance, run_id) == dg.DagsterRunStatus.CANCELED


def test_a_machine_gives_signs_for_as_long_as_it_runs_something(instance, monkeypatch):
    monkeypatch.setattr("nkd_pipeline.execution.sign_of_life.BEAT_SECONDS", 0.01)
    with sign_of_life(instance):
        first = last_sign(instance, here())
        while last_sign(instance, here()) == first:
            pass
    assert time.time() - last_sign(instance, here()) < LONG_AGO
    assert last_sign(instance, "never heard of") is None


def test_the_sensor_closes_what_dies_while_the_daemon_runs(instance, dead):
    run_id = started(instance, here(), dead)
    assert run_id in orphaned_runs_sensor(dg.build_sensor_context(instance=instance)).skip_message
    assert status(instance, run_id) == dg.DagsterRunStatus.FAILURE
