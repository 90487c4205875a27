"""A run holds one device, in one process."""

import os

import dagster as dg

from nkd_pipeline.execution.lease import device_lease
from nkd_pipeline.storage.home import Home
from nkd_pipeline_tests.execution.jobs import telling


def execute(out, **executor):
    config = {"ops": {"tell": {"config": {"out": str(out)}}}, "execution": {"config": executor}}
    with dg.instance_for_test() as instance:
        return dg.execute_job(dg.reconstructable(telling), instance, run_config=config)


def test_steps_run_in_this_process_with_the_leased_device(tmp_path, monkeypatch):
    monkeypatch.setenv("NKD_DEVICES", "7")
    assert execute(tmp_path / "told").success
    assert (tmp_path / "told").read_text() == f"cuda:7 {os.getpid()}"
    assert "NKD_DEVICE" not in os.environ


def test_a_machine_without_gpu_computes_on_the_cpu(tmp_path):
    assert execute(tmp_path / "told").success
    assert (tmp_path / "told").read_text().startswith("cpu ")


def test_a_run_that_gets_no_device_fails_and_says_who_holds_it(tmp_path):
    with device_lease(Home.of().root / "locks", ["0"]):
        result = execute(tmp_path / "told", devices=["0"], wait_seconds=0.0)
    (failure,) = [event for event in result.all_events if event.event_type_value == "PIPELINE_FAILURE"]
    assert "No device became free within 0 s (0: process" in str(failure)
    assert not (tmp_path / "told").exists()
