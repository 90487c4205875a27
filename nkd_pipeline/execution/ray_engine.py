"""Batches on a Ray cluster: one worker per CPU or GPU, each with its loaded stage; what dies with a node is computed on another.

A thread hands batches to workers and takes back what they made; all that the workers do reaches it as events, so that nothing needs a lock. Ray says
which worker died, so only its batches are moved or suspected, and the others go on.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from nkd_pipeline.execution import ray_cluster
from nkd_pipeline.execution.engine import Batch, Computed, LoadError, as_row_error
from nkd_pipeline.execution.hashing import fingerprint_of
from nkd_pipeline.execution.ray_worker import pictures_of
from nkd_pipeline.stage import RowError, Stage

AT_A_WORKER = 2  # batches: one computing, one waiting at its door
DEATHS = 2  # of processes that an article may cost before it is taken for the cause
MOVES = 3  # of a batch whose node was lost; then it is suspected as if the process had died
PATIENCE_SECONDS = 60.0  # between two warnings that no worker is ready
WAIT_SECONDS = 3600.0  # for the first worker: as long as a run waits for a device
_log = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class _Job:
    batch: Batch[Any]
    future: Future[Computed[Any]] = field(default_factory=Future)
    deaths: int = 0
    moves: int = 0
    lost: bool = False  # at the worker that has it now


@dataclass(eq=False, slots=True)
class _Worker:
    handle: Any  # of Ray
    node: str = ""  # known once the stage is loaded
    jobs: list[_Job] = field(default_factory=list)  # in the order in which it computes them
    death: BaseException | None = None


class RayEngine:
    """Workers of a Ray cluster for one stage; those that are well are kept for the next."""

    def __init__(self, stage: Stage[Any, Any], todo: int, workers: int) -> None:
        """For `todo` rows; `workers` is how many there may be, 0 for one per CPU or GPU. Raises LoadError without Ray or its cluster."""
        ray_cluster.connect(workers)
        gpus = ray_cluster.count_of("GPU") if stage.on_device else 0
        places = min(gpus, workers or gpus) if gpus else workers or ray_cluster.count_of("CPU")
        self._stage, self._gpu = stage, gpus > 0
        self._count = max(1, min(places, todo))
        self.capacity = self._count * AT_A_WORKER
        self.shares = self._count * (1 if stage.on_device else 4)  # a model wants its batches full
        self._events: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="ray-engine", daemon=True)
        self._waiting: deque[_Job] = deque()
        self._workers: list[_Worker] = []
        self._broken: Exception | None = None
        self._failed_starts = 0
        self._closed = False

    def prepare(self, orders: list[Any]) -> None:
        """Has the workers load the stage and look at all orders, in the background: what goes wrong comes up with the first batch."""
        import ray

        self._pickled: bytes = ray.cloudpickle.dumps(self._stage)
        self._fingerprint = fingerprint_of(self._stage)
        self._orders = ray.put(orders if type(self._stage).prepare is not Stage.prepare else [])
        self._here = ray_cluster.this_node()
        self._thread.start()

    def submit(self, batch: Batch[Any]) -> Future[Computed[Any]]:
        job = _Job(batch)
        self._events.put(partial(self._take, job))
        return job.future

    def restart(self) -> None:
        """Nothing: workers are replaced one by one as they die."""

    def close(self) -> None:
        """Ends the workers that are still busy, and keeps the others for the next stage for a while."""
        self._events.put(self._close)
        if self._thread.ident is not None:
            self._thread.join()

    # what follows runs in the thread

    def _work(self) -> None:
        try:
            for _ in range(self._count):
                self._hire()
            waiting_since = time.monotonic()
            while not self._closed:
                try:
                    self._events.get(timeout=PATIENCE_SECONDS)()
                except queue.Empty:
                    self._complain(time.monotonic() - waiting_since)
                if any(worker.node for worker in self._workers):
                    waiting_since = time.monotonic()
                self._hand_out()
        except Exception as error:  # noqa: BLE001 - without this thread the run would wait for ever
            self._give_up(LoadError(f"The Ray cluster is lost: {error}"))
            while not self._closed:
                self._events.get()()

    def _hire(self) -> None:
        worker = _Worker(ray_cluster.hire(self._gpu))
        self._workers.append(worker)
        self._listen(worker.handle.load.remote(self._pickled, self._fingerprint, self._orders), partial(self._loaded, worker))

    def _listen(self, reference: Any, then: Callable[[Future[Any]], None]) -> None:  # noqa: ANN401 - Ray's reference
        # called by a thread of Ray's, which must not be kept
        reference.future().add_done_callback(lambda future: self._events.put(partial(then, future)))

    def _loaded(self, worker: _Worker, future: Future[Any]) -> None:
        error = future.exception()
        if error is None and isinstance(future.result(), str):
            worker.node, self._failed_starts = future.result(), 0
        elif error is None:
            self._give_up(future.result())
        elif not _is_death(error):
            self._give_up(LoadError(f"{self._stage.backend} cannot be loaded by a Ray worker: {error}"))
        else:
            self._failed_starts += 1
            worker.death = error
            if self._failed_starts > self._count + 2:
                self._give_up(LoadError(f"Worker processes die while they load {self._stage.backend}, as they do when memory runs out: {error}"))
            self._replace(worker)

    def _take(self, job: _Job) -> None:
        if self._broken is None:
            self._waiting.append(job)
        else:
            _settle(job, self._broken)

    def _hand_out(self) -> None:
        while self._waiting:
            ready = [worker for worker in self._workers if worker.node and worker.death is None]
            # the last batches are not laid at the doors of the busy while others are still loading
            at_most = AT_A_WORKER if len(self._waiting) > len(self._workers) - len(ready) else 1
            worker = min(ready, key=lambda worker: len(worker.jobs), default=None)
            if worker is None or len(worker.jobs) >= at_most:
                return
            job = self._waiting.popleft()
            worker.jobs.append(job)
            pictures = pictures_of(job.batch, beside=worker.node == self._here)
            self._listen(worker.handle.compute.remote(job.batch, pictures), partial(self._done, worker, job))

    def _done(self, worker: _Worker, job: _Job, future: Future[Any]) -> None:
        error = future.exception()
        if error is not None and _is_death(error):
            job.lost, worker.death = True, error
        else:
            worker.jobs.remove(job)
            _settle(job, future.result() if error is None else as_row_error(error))
        # results that left the worker before it died may come after the news of its death
        if worker.death is not None and all(job.lost for job in worker.jobs):
            self._blame(worker)
            self._replace(worker)

    def _blame(self, worker: _Worker) -> None:
        """Of a dead worker's batches the first was being computed: it is suspected, unless the node went down; the others had not begun."""
        import ray

        process = isinstance(worker.death, ray.exceptions.ActorDiedError) and ray_cluster.is_alive(worker.node)
        _log.warning("%s: a worker died%s; its batches go to another", self._stage.backend, "" if process else " with its node")
        for job in reversed(worker.jobs):
            job.lost = False
            if job is worker.jobs[0]:
                job.deaths += process
                job.moves += not process
                # many articles are halved by the runner, one is tried again: a process may die of its neighbours
                if job.deaths >= (1 if len(job.batch.orders) > 1 else DEATHS) or job.moves > MOVES:
                    _settle(job, RowError("worker_died", "The worker process died on this article: out of memory, or a crash in native code."))
                    continue
            self._waiting.appendleft(job)

    def _replace(self, worker: _Worker) -> None:
        ray_cluster.end(worker.handle)  # behind a broken connection it may be alive
        self._workers.remove(worker)
        if self._broken is None and not self._closed:
            self._hire()

    def _complain(self, seconds: float) -> None:
        if any(worker.node for worker in self._workers):
            return
        place = "GPU" if self._gpu else "CPU"
        told = f"{self._stage.backend}: no worker is ready; {len(self._workers)} wait for one {place} each, or are loading the model"
        _log.warning("%s", told)
        if seconds > WAIT_SECONDS:
            self._give_up(LoadError(f"{told}, since {seconds:.0f} s. `ray status` says who holds what."))

    def _give_up(self, error: Exception) -> None:
        self._broken = error
        for job in (*self._waiting, *(job for worker in self._workers for job in worker.jobs)):
            _settle(job, error)
        self._waiting.clear()

    def _close(self) -> None:
        self._closed = True
        well = [worker for worker in self._workers if worker.node and not worker.jobs and worker.death is None]
        for worker in self._workers:
            if worker not in well:
                ray_cluster.end(worker.handle)
        ray_cluster.keep(self._gpu, [worker.handle for worker in well])


def _settle(job: _Job, result: Computed[Any] | Exception) -> None:
    if job.future.done():  # the stage was given up while the batch was on its way
        return
    if isinstance(result, Exception):
        job.future.set_exception(result)
    else:
        job.future.set_result(result)


def _is_death(error: BaseException) -> bool:
    """Whether an error says that a worker is gone or cannot be reached, rather than that its code raised."""
    import ray

    return isinstance(error, ray.exceptions.RayError) and not isinstance(error, ray.exceptions.RayTaskError)
