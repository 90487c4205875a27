"""One process per device; a dead process frees it."""

import multiprocessing
import os
import signal

import pytest

from nkd_pipeline.execution.lease import NoDeviceError, device_lease, devices


def test_two_leases_hold_two_devices(tmp_path):
    with device_lease(tmp_path, ["0", "1"]) as first, device_lease(tmp_path, ["0", "1"]) as second:
        assert (first, second) == ("cuda:0", "cuda:1")
        assert os.environ["NKD_DEVICE"] == "cuda:1"
    assert "NKD_DEVICE" not in os.environ


def test_a_third_run_is_told_who_holds_the_devices(tmp_path):
    holder = f"0: process {os.getpid()} on"
    with device_lease(tmp_path, ["0"]), pytest.raises(NoDeviceError, match=holder), device_lease(tmp_path, ["0"], wait_seconds=0.0):
        pass


def test_without_a_gpu_there_is_nothing_to_wait_for(tmp_path):
    with device_lease(tmp_path, []) as one, device_lease(tmp_path, []) as two:
        assert (one, two) == ("cpu", "cpu")


def _hold(folder, ready):
    with device_lease(folder, ["0"]):
        ready.set()
        signal.pause()


def test_a_killed_process_frees_its_device(tmp_path):
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    holder = context.Process(target=_hold, args=(tmp_path, ready))
    holder.start()
    assert ready.wait(20)
    holder.kill()
    holder.join(10)
    with device_lease(tmp_path, ["0"], wait_seconds=5) as device:
        assert device == "cuda:0"


@pytest.mark.parametrize(("stated", "expected"), [("0,1", ["0", "1"]), ("", []), (" 3 ,", ["3"])])
def test_devices_can_be_named(monkeypatch, stated, expected):
    monkeypatch.setenv("NKD_DEVICES", stated)
    assert devices() == expected
