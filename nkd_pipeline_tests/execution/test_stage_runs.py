"""What runs took is kept: for each stage that computed something, also when it broke off or its process was killed."""

import json
import os
import signal
import subprocess
import sys

import pytest

from nkd_pipeline.execution.engine import LoadError
from nkd_pipeline.execution.ingest import ingest
from nkd_pipeline.execution.stage_runs import Cost, Recorder, running, stage_runs
from nkd_pipeline.execution.steps import run_step
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline_tests.execution.unreliable import AWAY, PROFILE

SHARD = "herbst.000"
FIRST = ("articles", "translated_descriptions")
DIE = """
import os, signal, sys
from nkd_pipeline.execution.stage_runs import Recorder
from nkd_pipeline.execution.workspace import Workspace
with Recorder(Workspace.open(sys.argv[1]), "articles", "herbst.000") as recorder:
    recorder.begun(4)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def workspace(home, delivery):
    (home / "settings.toml").write_text(PROFILE.format(minutes=1))
    opened = Workspace.open(str(home))
    ingest(opened, delivery)
    return opened


def log(workspace):
    text = (workspace.home.root / "logs" / "nkd.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_each_run_that_computes_something_is_a_row_and_others_leave_no_trace(workspace, monkeypatch):
    monkeypatch.setenv(AWAY, "translated_descriptions:T-2")
    for asset in (*FIRST, *FIRST):
        run_step(workspace, asset, SHARD)
    runs = stage_runs(workspace, SHARD)
    assert [(run.asset, run.todo, run.computed, run.failed, run.ended) for run in runs] == [
        ("articles", 4, 4, 0, ""),
        ("translated_descriptions", 4, 3, 1, ""),
        ("translated_descriptions", 1, 0, 1, ""),
    ]
    assert all(run.seconds > 0 and run.processor_seconds >= 0 for run in runs)
    assert Cost.of(runs).rows == 9
    assert running(workspace) == []


@pytest.mark.parametrize(("device", "share"), [("cpu", 0), ("cuda:0", 1)])
def test_seconds_with_a_device_are_counted_apart(workspace, monkeypatch, device, share):
    # a lease says so in NKD_DEVICE; the first stage itself does not care
    monkeypatch.setenv("NKD_DEVICE", device)
    outcome = run_step(workspace, "articles", SHARD)
    (run,) = stage_runs(workspace, SHARD)
    assert (run.device, run.device_seconds) == (device, run.seconds * share)
    assert outcome.device_seconds == run.device_seconds


def test_processor_time_of_worker_processes_counts(workspace, home):
    (home / "settings.toml").write_text("[run]\nworkers = 2\n[stages.generated_images]\nsize = 256\n")
    workspace = Workspace.open(str(home))
    for asset in (*FIRST, "extracted_attributes", "prompts", "generated_images"):
        run_step(workspace, asset, SHARD)
    assert stage_runs(workspace, SHARD)[-1].processor_seconds > 0.02  # four sketches; this process only hands them out


def test_the_log_has_a_line_per_batch_and_per_failed_row(workspace, monkeypatch):
    monkeypatch.setenv(AWAY, "translated_descriptions:T-2")
    for asset in FIRST:
        run_step(workspace, asset, SHARD)
    events = [(line["event"], line.get("articles"), line.get("error_kind")) for line in log(workspace) if line["asset"] == FIRST[1]]
    assert events[0] == ("stage_started", None, None)
    assert events[-1] == ("stage_finished", None, None)
    assert ("row_failed", ["T-2"], "server_unreachable") in events
    assert sorted(article for name, articles, _ in events if name == "batch" for article in articles) == ["T-1", "T-3", "T-4"]


def test_a_stage_that_breaks_off_is_a_row_too(workspace, home):
    (home / "settings.toml").write_text(PROFILE.format(minutes=1) + '[stages.articles]\nstage = "nkd_pipeline_tests.execution.stages:Unloadable"\n')
    with pytest.raises(LoadError):
        run_step(Workspace.open(str(home)), "articles", SHARD)
    (run,) = stage_runs(workspace, SHARD)
    assert (run.ended, run.computed) == ("error", 0)
    assert log(workspace)[-1]["event"] == "stage_broken_off"
    assert "LoadError" in log(workspace)[-1]["error"]


def test_a_running_stage_can_be_seen(workspace):
    with Recorder(workspace, "articles", SHARD) as recorder:
        recorder.begun(4)
        ((shard, run),) = running(workspace)
        assert (shard, run.asset, run.todo, run.ended) == (SHARD, "articles", 4, "running")
        assert run.process.startswith(f"{os.getpid()}-")
    assert running(workspace) == []


def test_a_killed_stage_is_not_taken_for_running_and_its_time_is_kept(workspace, home):
    killed = subprocess.run([sys.executable, "-c", DIE, str(home)], check=False, timeout=120)
    assert killed.returncode == -signal.SIGKILL
    assert running(workspace) == []
    run_step(workspace, "articles", SHARD)
    assert [(run.ended, run.computed) for run in stage_runs(workspace, SHARD)] == [("killed", 0), ("", 4)]
    assert not (workspace.home.local / "running" / SHARD / "articles.json").exists()
