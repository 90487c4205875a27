"""The instance of a home: its settings, and runs whose process is gone."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import dagster as dg
import pytest

from nkd_pipeline.assets.common import GPU_POOL
from nkd_pipeline.automation.instance import open_instance
from nkd_pipeline.definitions import defs
from nkd_pipeline.execution.sign_of_life import PROCESS_TAG, owner_tags
from nkd_pipeline.storage import processes


@dg.job
def ingest():
    pass


@dg.op(pool=GPU_POOL)
def paint():
    pass


@dg.job
def painting():
    paint()


def test_several_that_open_a_fresh_home_at_once_all_get_in(workspace):
    # Dagster makes its tables without a look at who else does: one of two first runs ended with "table already exists"
    together = threading.Barrier(4, timeout=60)

    def enter():
        together.wait()
        with open_instance(workspace.home) as instance:
            return instance.get_runs()

    with ThreadPoolExecutor(4) as threads:
        assert [opened.result() for opened in [threads.submit(enter) for _ in range(4)]] == [[]] * 4


def test_a_home_gets_settings_once_and_keeps_its_own(workspace):
    with open_instance(workspace.home):
        pass
    settings = workspace.home.dagster / "dagster.yaml"
    assert "telemetry" in settings.read_text()
    settings.write_text(settings.read_text() + "# ours\n")
    with open_instance(workspace.home):
        assert settings.read_text().endswith("# ours\n")


@pytest.mark.parametrize(
    ("named", "slots"),
    [
        pytest.param("0", 1, id="one GPU: one model at work"),
        pytest.param("0,1,2", 3, id="a slot per GPU"),
        pytest.param("", os.cpu_count(), id="no GPU: stages without one are not held up"),
    ],
)
def test_the_pool_has_a_slot_per_device(workspace, monkeypatch, named, slots):
    monkeypatch.setenv("NKD_DEVICES", "0,1")
    open_instance(workspace.home).dispose()
    monkeypatch.setenv("NKD_DEVICES", named)  # the machine or the choice has changed since
    with open_instance(workspace.home) as instance:
        assert [(pool.name, pool.limit, pool.from_default) for pool in instance.event_log_storage.get_pool_limits()] == [(GPU_POOL, slots, False)]


def test_every_asset_whose_stage_may_be_neural_is_in_the_pool():
    assert {asset.key.to_user_string() for asset in defs.assets if asset.op.pool == GPU_POOL} == {
        "translated_descriptions",
        "extracted_attributes",
        "generated_images",
        "clip_scores",
        "probe_answers",
        "vqa_answers",
        "judged_attempts",  # makes what fails again
        "article_backfills",  # runs the whole chain
        "prompt_improver",
        "improved_prompts",
        "improved_images",
        "prompt_improvement_report",  # scores and judges pictures
        "recovery_images",
        "captioner",
        "recovered_prompts",
        "prompt_drift",
        "prompt_recovery_report",
        "model_images",
        "model_scores",
        "model_comparison_report",
        "vqa_pairs",  # draws
        "vqa_model",
        "predicted_attributes",
        "product_copy",
        "description_orders",  # embeds examples and passages
        "descriptions",
        "description_images",
        "descriptions_report",
        "structured_prompts",
        "legacy_prompts",
        "compared_images",
        "legacy_prompts_report",
    }


def test_slots_of_dead_and_ended_runs_are_freed_and_those_of_living_ones_kept(workspace, monkeypatch):
    # a claimed slot outlives its process: with one GPU every later run would wait for ever
    monkeypatch.setenv("NKD_DEVICES", "0,1,2")
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    with open_instance(workspace.home) as instance:
        killed, ended, alive = _started(instance, gone.pid), _started(instance, os.getpid()), _started(instance, os.getpid())
        for run_id in (killed, ended, alive):
            assert instance.event_log_storage.claim_concurrency_slot(GPU_POOL, run_id, "generated_images").is_claimed
        instance.report_run_failed(instance.get_run_by_id(ended))  # as the code server does when a run's process ends without a word
    with open_instance(workspace.home) as instance:
        assert [slot.run_id for slot in instance.event_log_storage.get_concurrency_info(GPU_POOL).claimed_slots] == [alive]


def test_a_run_waits_for_its_slot_and_goes_on(workspace, monkeypatch):
    monkeypatch.setenv("NKD_DEVICES", "0")
    with open_instance(workspace.home) as instance:
        storage, other = instance.event_log_storage, _started(instance, os.getpid())
        assert storage.claim_concurrency_slot(GPU_POOL, other, "generated_images").is_claimed
        results = []
        run = threading.Thread(target=lambda: results.append(painting.execute_in_process(instance=instance)), daemon=True)
        run.start()
        while run.is_alive() and not _waiting(storage):
            run.join(0.05)
        assert _waiting(storage) == ["paint"]
        storage.free_concurrency_slots_for_run(other)
        run.join(150)  # Dagster asks for a slot every few seconds only, and machines are slow
        assert [result.success for result in results] == [True]
        assert storage.get_concurrency_info(GPU_POOL).claimed_slots == []


def _waiting(storage):
    return [step.step_key for step in storage.get_concurrency_info(GPU_POOL).pending_steps if step.assigned_timestamp is None]


def _started(instance, process):
    run = instance.create_run_for_job(ingest, tags={**owner_tags(), PROCESS_TAG: processes.identity(process)}, status=dg.DagsterRunStatus.STARTED)
    return run.run_id
