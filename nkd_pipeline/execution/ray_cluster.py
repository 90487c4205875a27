"""The Ray cluster of this process: joining or starting it, what it has, and the workers that wait on it for the next stage."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import threading
from collections.abc import Iterator
from typing import Any

from nkd_pipeline.execution.engine import LoadError, cores
from nkd_pipeline.execution.lease import devices
from nkd_pipeline.execution.ray_worker import StageWorker

IDLE_SECONDS = 20.0  # that workers keep their models and their places on the cluster between two stages
_MISSING = '[run] engine = "ray" needs Ray: install it with pip install "nkd_pipeline[ray]", or set engine = "local".'


def connect(workers: int) -> None:
    """Joins the cluster at RAY_ADDRESS; without one starts a cluster of this machine, for `workers` at least, that ends with this process.

    Does nothing when this process is connected already. Raises LoadError when Ray is not installed or the cluster does not answer.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_DEDUP_LOGS_SKIP_REGEX", ".*")  # what its processes say of a dead worker goes to Ray's logs, not between our bars
    os.environ.setdefault("RAY_raylet_start_wait_time_s", "120")  # a busy machine needs more than the 30 that Ray gives it
    try:
        import ray
    except ImportError as error:
        raise LoadError(_MISSING) from error
    if ray.is_initialized():
        return
    _idle.forget()  # of a cluster before
    address = os.environ.get("RAY_ADDRESS", "")
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
    try:
        with _own_signals():
            if address:
                _require_answer(address)
                ray.init(address=address, **quiet)
            else:
                _start_local(workers, quiet)
    except Exception as error:  # Ray raises ConnectionError, RuntimeError, ValueError and errors of its own
        cure = "Start one with `ray start --head`, correct RAY_ADDRESS, or unset it: then this machine is the cluster."
        told = str(error).rstrip(".")
        if address:
            raise LoadError(f"The Ray cluster at {address} cannot be joined: {told}. {cure}") from error
        raise LoadError(f"No Ray cluster could be started on this machine: {told}.") from error


def _require_answer(address: str) -> None:
    """Raises OSError when nobody listens at host:port; Ray itself tries for minutes."""
    host, _, port = address.rpartition(":")
    if host and port.isdigit() and "/" not in host:
        socket.create_connection((host, int(port)), timeout=10).close()


def _start_local(workers: int, quiet: dict[str, Any]) -> None:
    import ray

    gpus = _gpus()
    # "local": without it Ray would join any cluster that somebody else has started on this machine
    with _environment("CUDA_VISIBLE_DEVICES", ",".join(gpus)):
        ray.init(address="local", num_cpus=max(workers, cores()), num_gpus=len(gpus), include_dashboard=False, **quiet)


def _gpus() -> list[str]:
    """As CUDA_VISIBLE_DEVICES names them: the one that this run has leased; without a lease all that this process may use."""
    stated = os.environ.get("CUDA_VISIBLE_DEVICES")
    visible = devices() if stated is None else [name for name in stated.split(",") if name]
    leased = os.environ.get("NKD_DEVICE", "")
    if not leased:
        return visible
    index = leased.removeprefix("cuda:")
    return [] if not index.isdigit() else [index] if stated is None else [visible[int(index)]]


@contextlib.contextmanager
def _own_signals() -> Iterator[None]:
    """Keeps a handler of SIGTERM that is set: Ray puts its own in place of Dagster's, which reports a run that is stopped as cancelled."""
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread() and callable(before):
            signal.signal(signal.SIGTERM, before)


@contextlib.contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


def count_of(resource: str) -> int:
    """Whole CPUs or GPUs ("CPU", "GPU") of all nodes, in use or not."""
    import ray

    return int(ray.cluster_resources().get(resource, 0))


def this_node() -> str:
    """Id of the node that this process runs on."""
    import ray

    return str(ray.get_runtime_context().get_node_id())


def is_alive(node: str) -> bool:
    """Whether the cluster takes a node for alive."""
    import ray

    return any(each["NodeID"] == node and each["Alive"] for each in ray.nodes())


class _Idle:
    """Workers between two stages: the next one is often the same again, with a model that takes minutes to load."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._workers: dict[bool, list[Any]] = {True: [], False: []}
        self._timer: threading.Timer | None = None

    def take(self, gpu: bool) -> Any:  # noqa: ANN401 - Ray's handles are untyped
        with self._lock:
            return self._workers[gpu].pop() if self._workers[gpu] else None

    def give(self, gpu: bool, workers: list[Any]) -> None:
        with self._lock:
            self._workers[gpu] += workers
            if self._timer:
                self._timer.cancel()
            self._timer = threading.Timer(IDLE_SECONDS, self.end)
            self._timer.daemon = True
            self._timer.start()

    def end(self) -> None:
        for worker in self.forget():
            end(worker)

    def forget(self) -> list[Any]:
        with self._lock:
            workers = [worker for group in self._workers.values() for worker in group]
            self._workers = {True: [], False: []}
            return workers


_idle = _Idle()
keep = _idle.give
end_idle = _idle.end


def hire(gpu: bool) -> Any:  # noqa: ANN401
    """A worker with a GPU or with a CPU of its own: one that waits, else a new one. It ends with this process at the latest."""
    import ray

    waiting = _idle.take(gpu)
    if waiting is not None:
        return waiting
    # a worker with a GPU takes no CPU: it would keep a CPU stage of the same run from its place while it waits
    place = {"num_gpus": 1, "num_cpus": 0} if gpu else {"num_gpus": 0, "num_cpus": 1}
    actor: Any = ray.remote(StageWorker)
    return actor.options(**place).remote("cuda:0" if gpu else "cpu")


def end(worker: Any) -> None:  # noqa: ANN401
    """Ends a worker whatever it is doing."""
    import ray

    if ray.is_initialized():  # otherwise its cluster has ended it, and Ray would join one again just for this
        ray.kill(worker)
