"""One process per device; a dead process frees it."""

import multiprocessing
import os
import signal
from concurrent.futures import ThreadPoolExecutor

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


def test_a_run_that_waits_goes_on_when_the_holder_is_killed(tmp_path):
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    holder = context.Process(target=_hold, args=(tmp_path, ready))
    holder.start()
    assert ready.wait(20)
    waiting = device_lease(tmp_path, ["0"], wait_seconds=20)
    with ThreadPoolExecutor(1) as pool:
        got = pool.submit(waiting.__enter__)
        assert not got.done()
        holder.kill()
        assert got.result(20) == "cuda:0"
        pool.submit(waiting.__exit__, None, None, None).result()
    holder.join(10)


def _work(folder, together, told):
    with device_lease(folder / "locks", devices(), wait_seconds=60) as device:
        mark = folder / f"{device} is in use"
        mark.touch(exist_ok=False)  # raises when another process holds the same device
        together.wait(60)  # until as many work as there are devices
        mark.unlink()
        told.put((os.environ["NKD_DEVICE"], os.getpid()))


def test_many_processes_share_the_devices_and_all_are_served(tmp_path, monkeypatch):
    monkeypatch.setenv("NKD_DEVICES", "0,1,2")
    context = multiprocessing.get_context("spawn")
    together, told = context.Barrier(3), context.Queue()
    workers = [context.Process(target=_work, args=(tmp_path, together, told)) for _ in range(9)]
    for worker in workers:
        worker.start()
    served = [told.get(timeout=90) for _ in workers]
    for worker in workers:
        worker.join(20)
    assert [worker.exitcode for worker in workers] == [0] * 9
    assert len({process for _, process in served}) == 9
    assert sorted(device for device, _ in served) == ["cuda:0"] * 3 + ["cuda:1"] * 3 + ["cuda:2"] * 3  # three rounds, all devices in each
    assert list(tmp_path.glob("*in use")) == list((tmp_path / "locks").glob("*.holder")) == []


@pytest.mark.parametrize(("stated", "expected"), [("0,1", ["0", "1"]), ("", []), (" 3 ,", ["3"])])
def test_devices_can_be_named(monkeypatch, stated, expected):
    monkeypatch.setenv("NKD_DEVICES", stated)
    assert devices() == expected
