"""Where batches are computed: in this process, in worker processes that each hold a loaded stage, or on a Ray cluster."""

from __future__ import annotations

import logging
import os
import time
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, TypeVar

from nkd_pipeline.execution.outcome import RunOptions
from nkd_pipeline.stage import RowError, Stage

In = TypeVar("In")
Out = TypeVar("Out")
_log = logging.getLogger(__name__)


class LoadError(Exception):
    """The stage's model could not be loaded: nothing about any row, so nothing is recorded against one."""


@dataclass(frozen=True, slots=True)
class Batch(Generic[In]):
    """Orders that are computed together. `faults` are article ids that must fail: a setting for tests and drills."""

    orders: tuple[In, ...]
    faults: frozenset[str] = frozenset()
    alone: bool = False  # nothing else runs beside it: a worker died and the culprit is searched


@dataclass(frozen=True, slots=True)
class Computed(Generic[Out]):
    """Results of a batch, in order, and the seconds they took."""

    results: list[Out]
    seconds: float
    worker_seconds: float = 0.0  # processor time, where another process computed them
    device_seconds: float = 0.0  # the same with a device of its own


class Engine(Protocol):
    """Computes batches; `capacity` of them may be under way at once. Into `shares` batches at least the work is cut, so that no worker is idle."""

    capacity: int
    shares: int

    def prepare(self, orders: list[Any]) -> None: ...

    def submit(self, batch: Batch[Any]) -> Future[Computed[Any]]: ...

    def restart(self) -> None: ...

    def close(self) -> None: ...


def compute(stage: Stage[In, Out], batch: Batch[In]) -> Computed[Out]:
    """Calls the stage and holds it to its contract: as many results as rows."""
    started = time.perf_counter()
    for order in batch.orders:
        if getattr(order, "article_id", None) in batch.faults:
            raise RowError("planted_fault", "This article is named under [faults] in the home's settings.toml. Remove it there and run again.")
    results = list(stage(batch.orders))
    if len(results) != len(batch.orders):
        raise ValueError(f"{stage.backend} returned {len(results)} results for {len(batch.orders)} rows")
    return Computed(results, time.perf_counter() - started)


def load(stage: Stage[Any, Any]) -> None:
    """Loads the stage's model; whatever goes wrong becomes a LoadError."""
    try:
        stage.load()
    except Exception as error:
        raise LoadError(f"{stage.backend} cannot be loaded: {error}") from error


def as_row_error(error: BaseException) -> RowError:
    """Any error as one that says its kind and can travel between processes; libraries raise many that cannot."""
    if isinstance(error, RowError):
        return error
    # torch.OutOfMemoryError by name: torch is not imported here
    exhausted = isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError"
    return RowError("out_of_memory" if exhausted else type(error).__name__, str(error) or repr(error))


class InlineEngine:
    """One batch at a time, in this process."""

    capacity = shares = 1

    def __init__(self, stage: Stage[Any, Any]) -> None:
        self._stage = stage

    def prepare(self, orders: list[Any]) -> None:
        """Loads the stage and lets it look at all orders."""
        load(self._stage)
        try:
            self._stage.prepare(orders)
        except Exception:  # noqa: BLE001 - whatever it is, it comes up again with the row that causes it
            _log.warning("%s: preparing all rows at once failed; they go batch by batch", self._stage.backend, exc_info=True)

    def submit(self, batch: Batch[Any]) -> Future[Computed[Any]]:
        future: Future[Computed[Any]] = Future()
        try:
            future.set_result(compute(self._stage, batch))
        except Exception as error:  # noqa: BLE001 - the runner decides what it means
            future.set_exception(as_row_error(error))
        return future

    def restart(self) -> None:
        """There is no worker to restart."""

    def close(self) -> None:
        """Nothing: the model stays loaded for the stages that share it."""


class PoolEngine:
    """Worker processes by loky: they do not import the parent's main module, are shared by all stages of the process, and end when idle."""

    IDLE_SECONDS = 20  # also how long workers outlive a killed parent

    def __init__(self, stage: Stage[Any, Any], workers: int) -> None:
        self._stage, self._workers = stage, workers
        self.capacity = workers * 2  # one computing, one waiting at its door
        self.shares = workers * 4

    def prepare(self, orders: list[Any]) -> None:
        """Nothing: each worker loads for itself, and none of them sees all orders."""

    def submit(self, batch: Batch[Any]) -> Future[Computed[Any]]:
        from concurrent.futures.process import BrokenProcessPool

        try:
            return self._executor().submit(_compute_in_worker, self._stage, batch)  # type: ignore[no-any-return]
        except BrokenProcessPool as error:  # a worker died while the batches before this one were handed over
            broken: Future[Computed[Any]] = Future()
            broken.set_exception(error)
            return broken

    def restart(self) -> None:
        self._executor(kill_workers=True, reuse=False)

    def close(self) -> None:
        """Nothing: the workers end when they have been idle for a while."""

    def _executor(self, **options: Any) -> Any:  # noqa: ANN401 - loky is untyped
        from loky import get_reusable_executor

        # one thread each: the workers are the parallelism
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        return get_reusable_executor(max_workers=self._workers, timeout=self.IDLE_SECONDS, env=threads, **options)


_loaded: dict[str, Stage[Any, Any]] = {}


def _compute_in_worker(stage: Stage[In, Out], batch: Batch[In]) -> Computed[Out]:
    key, started = repr(stage.fingerprint()), time.process_time()
    if key not in _loaded:
        load(stage)
        _loaded[key] = stage
    try:
        computed = compute(_loaded[key], batch)
        return replace(computed, worker_seconds=time.process_time() - started)
    except Exception as error:  # noqa: BLE001 - the runner decides what it means
        raise as_row_error(error) from None


def died(error: BaseException) -> bool:
    """Whether the error says that a worker process ended."""
    from concurrent.futures.process import BrokenProcessPool

    return isinstance(error, BrokenProcessPool)


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def workers_for(stage: Stage[Any, Any], wanted: int) -> int:
    """Worker processes for a stage: `wanted`, or one per core when 0; none when the stage is not made for it or one would do."""
    workers = wanted or cores()
    return workers if stage.parallel and workers > 1 else 0


def engine_for(stage: Stage[Any, Any], todo: int, options: RunOptions) -> Engine:
    """Where `todo` rows of a stage are computed. Raises LoadError when there is no Ray cluster and the options want one."""
    # text stages stay in this process on a cluster too: a shard takes them less time than a worker takes to start
    if options.engine == "ray" and (stage.on_device or (stage.parallel and todo > 1)):
        from nkd_pipeline.execution.ray_engine import RayEngine

        return RayEngine(stage, todo, options.workers)
    workers = workers_for(stage, options.workers) if todo > 1 else 0
    return PoolEngine(stage, workers) if workers else InlineEngine(stage)
