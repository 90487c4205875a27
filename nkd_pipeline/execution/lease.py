"""Leases of devices: who may use which GPU, across all processes of this machine.

A lease is an operating-system lock on a file, so the kernel ends it when its process dies, however it dies. Without a GPU there is nothing to lease.
"""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import filelock

from nkd_pipeline.storage import files

POLL_SECONDS = 0.2


class NoDeviceError(Exception):
    """No device became free in time; the message says who holds them."""


def devices() -> list[str]:
    """Devices of this machine: `NKD_DEVICES` ("0,1"; empty for none), else the GPUs that the NVIDIA driver lists."""
    stated = os.environ.get("NKD_DEVICES")
    if stated is not None:
        return [name.strip() for name in stated.split(",") if name.strip()]
    # the driver's own list: asking torch would cost seconds and a CUDA context
    found = Path("/proc/driver/nvidia/gpus")
    return [str(index) for index, _ in enumerate(sorted(found.iterdir()))] if found.is_dir() else []


@contextlib.contextmanager
def device_lease(folder: Path, names: Sequence[str], wait_seconds: float = 3600.0) -> Iterator[str]:
    """Holds the first free device and yields it as torch names it ("cuda:0"; "cpu" when there are none), also in `NKD_DEVICE`.

    Waits up to `wait_seconds` for one, then raises NoDeviceError.
    """
    if not names:
        with _environment("cpu"):
            yield "cpu"
        return
    lock, name = _acquire(folder, names, wait_seconds)
    holder = _holder_file(folder, name)
    try:
        files.replace_text(holder, f"process {os.getpid()} on {socket.gethostname()} since {time.strftime('%Y-%m-%d %H:%M:%S')}")
        with _environment(f"cuda:{name}"):
            yield f"cuda:{name}"
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _acquire(folder: Path, names: Sequence[str], wait_seconds: float) -> tuple[filelock.BaseFileLock, str]:
    deadline = time.monotonic() + wait_seconds
    while True:
        for name in names:
            lock = files.locked(folder / f"gpu-{name}.lock", timeout=0)
            try:
                return lock.acquire().lock, name
            except filelock.Timeout:
                continue
        if time.monotonic() >= deadline:
            held = "; ".join(f"{name}: {_holder(folder, name)}" for name in names)
            raise NoDeviceError(f"No device became free within {wait_seconds:.0f} s ({held}). Wait for these runs, or name more in NKD_DEVICES.")
        time.sleep(min(POLL_SECONDS, max(0.0, deadline - time.monotonic())))


def _holder_file(folder: Path, name: str) -> Path:
    return folder / f"gpu-{name}.holder"


def _holder(folder: Path, name: str) -> str:
    try:
        return _holder_file(folder, name).read_text(encoding="utf-8")
    except FileNotFoundError:
        return "a process that has just taken it"


@contextlib.contextmanager
def _environment(device: str) -> Iterator[None]:
    before = os.environ.get("NKD_DEVICE")
    os.environ["NKD_DEVICE"] = device
    try:
        yield
    finally:
        if before is None:
            del os.environ["NKD_DEVICE"]
        else:
            os.environ["NKD_DEVICE"] = before
