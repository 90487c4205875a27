"""Runs a stage over the rows of a shard: skips what is done, batches, isolates the rows that fail, flushes, counts.

Everything that a stage need not know is here, once. A batch that raises is halved until the poison row is alone; the row is recorded as failed and
the others go on. Running out of memory halves the batches that follow as well.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from nkd_pipeline.execution import engine as engines
from nkd_pipeline.execution.engine import Batch, Computed, Engine
from nkd_pipeline.execution.hashing import fingerprint_of, input_hash
from nkd_pipeline.execution.outcome import Blocked, Counts, Outcome, RunOptions
from nkd_pipeline.stage import RowError, Stage
from nkd_pipeline.storage.fault_points import fault_point
from nkd_pipeline.storage.tables import FAILED, OK, SKIPPED, RowState, StageRow

In = TypeVar("In")
R = TypeVar("R")
ERROR_LENGTH = 2000  # characters of an error that a table keeps


Flush = Callable[[list[StageRow[R]]], None]


def run_stage(
    stage: Stage[In, Any],
    orders: Sequence[In | Blocked],
    previous: Mapping[str, StageRow[R]],
    flush: Flush[R],
    *,
    store: Callable[[Any], R] = lambda result: result,
    options: RunOptions | None = None,
) -> Outcome[R]:
    """Brings the rows up to date and returns them all.

    `orders` holds one order (a record with `article_id`) or Blocked per article; `previous` the rows of the table so far; `flush` is given all rows
    every few seconds and at the end; `store` turns a result into the record that the table keeps. Raises LoadError when the stage cannot be loaded.
    """
    run = _Run(stage, previous, flush, store, options or RunOptions())
    run.plan(orders)
    try:
        run.work()
    finally:
        run.flush()  # also when the run is interrupted: what was computed is kept
    return run.outcome()


class _Run(Generic[In, R]):
    def __init__(
        self, stage: Stage[In, Any], previous: Mapping[str, StageRow[R]], flush: Flush[R], store: Callable[[Any], R], options: RunOptions
    ) -> None:
        self._stage, self._previous, self._flush, self._store, self._options = stage, previous, flush, store, options
        self._fingerprint = fingerprint_of(stage)
        self._started = self._flushed = time.monotonic()
        self._rows: dict[str, StageRow[R] | None] = {}
        self._hashes: dict[str, str] = {}
        self._queue: deque[Batch[In]] = deque()
        self._limit = max(1, stage.batch_size)
        self._todo = 0
        self._dirty = False
        self.counts = Counts()

    def plan(self, orders: Sequence[In | Blocked]) -> None:
        """Decides for each article: keep, skip, leave alone, or compute."""
        todo: list[In] = []
        for order in orders:
            article_id: str = order.article_id  # type: ignore[union-attr]
            before = self._previous.get(article_id)
            # until a row is computed again its old state stays in the table: a kill in between loses nothing
            self._rows[article_id] = before
            if self._options.only is not None and article_id not in self._options.only:
                continue
            if isinstance(order, Blocked):
                self._block(order, before)
                continue
            self._hashes[article_id] = input_hash(order, self._fingerprint)
            if before is not None and before.ok and before.state.input_hash == self._hashes[article_id]:
                self.counts.kept += 1
            else:
                todo.append(order)
        self._dirty |= self._previous.keys() != self._rows.keys()
        self._todo = len(todo)
        todo.sort(key=self._stage.weight, reverse=True)  # the longest first: what does not fit into memory shows at once
        size = self._limit
        self._queue.extend(Batch(tuple(todo[i : i + size]), self._options.faults) for i in range(0, len(todo), size))

    def _block(self, order: Blocked, before: StageRow[R] | None) -> None:
        self.counts.skipped += 1
        if before is None or before.state.status != SKIPPED or before.state.error != order.why:
            self._put(order.article_id, None, SKIPPED, 0.0, ("upstream", order.why))

    def work(self) -> None:
        """Computes what is queued."""
        if not self._queue:
            return
        if self._options.listener:
            self._options.listener.begun(self._todo)
        engine = engines.engine_for(self._stage, self._todo, self._options)
        self._limit = min(self._limit, math.ceil(self._todo / engine.shares))
        try:
            self._compute(engine)
        finally:
            engine.close()

    def _compute(self, engine: Engine) -> None:
        engine.prepare([order for batch in self._queue for order in batch.orders])
        under_way: dict[Future[Computed[Any]], Batch[In]] = {}
        while self._queue or under_way:
            while self._queue and self._may_start(under_way, engine.capacity):
                batch = self._next_batch()
                under_way[engine.submit(batch)] = batch
            done, _ = wait(under_way, return_when=FIRST_COMPLETED, timeout=self._options.flush_seconds)
            settled = [(future, under_way.pop(future)) for future in done]
            lost = [batch for future, batch in settled if not self._settle(future, batch)]
            if lost:
                lost.extend(under_way.values())
                under_way.clear()
                engine.restart()
                self._search_culprit(lost)
            self._flush_if_due()

    def _may_start(self, under_way: Mapping[Future[Computed[Any]], Batch[In]], capacity: int) -> bool:
        if self._queue[0].alone or any(batch.alone for batch in under_way.values()):
            return not under_way
        return len(under_way) < capacity

    def _next_batch(self) -> Batch[In]:
        batch = self._queue.popleft()
        if len(batch.orders) > self._limit:
            self._queue.appendleft(Batch(batch.orders[self._limit :], batch.faults, batch.alone))
            batch = Batch(batch.orders[: self._limit], batch.faults, batch.alone)
        self.counts.batches += 1
        return batch

    def _settle(self, future: Future[Computed[Any]], batch: Batch[In]) -> bool:
        """Records a finished batch. False when a worker died with it: nobody knows yet whose fault that was."""
        error = future.exception()
        if error is None:
            self._succeed(batch, future.result())
        elif isinstance(error, engines.LoadError):
            raise error
        elif engines.died(error):
            return False
        else:
            self._fail(batch, engines.as_row_error(error))
        return True

    def _succeed(self, batch: Batch[In], computed: Computed[Any]) -> None:
        milliseconds = 1000 * computed.seconds / len(batch.orders)
        for order, result in zip(batch.orders, computed.results, strict=True):
            self.counts.computed += 1
            record = self._store(result)
            fault_point("row.stored")
            self._put(order.article_id, record, OK, milliseconds, None)  # type: ignore[attr-defined]
        if self._options.listener:
            article_ids = [order.article_id for order in batch.orders]  # type: ignore[attr-defined]
            self._options.listener.batch(article_ids, computed.seconds, computed.worker_seconds, computed.device_seconds)

    def _fail(self, batch: Batch[In], error: RowError) -> None:
        if len(batch.orders) > 1:
            if error.kind == "out_of_memory":
                self._limit = max(1, min(self._limit, len(batch.orders) // 2))
            self._halve(batch)
            return
        self.counts.failed += 1
        article_id: str = batch.orders[0].article_id  # type: ignore[attr-defined]
        self._put(article_id, None, FAILED, 0.0, (error.kind, error.message))
        if self._options.listener:
            self._options.listener.failed(article_id, error.kind, error.message)

    def _halve(self, batch: Batch[In]) -> None:
        self.counts.bisections += 1
        middle = len(batch.orders) // 2
        for half in (batch.orders[middle:], batch.orders[:middle]):
            self._queue.appendleft(Batch(half, batch.faults, batch.alone))

    def _search_culprit(self, lost: list[Batch[In]]) -> None:
        """A worker died: the batches that were under way go one by one, and the one that kills again is halved or failed."""
        for batch in reversed(lost):
            alone = Batch(batch.orders, batch.faults, alone=True)
            if not batch.alone:
                self._queue.appendleft(alone)
            elif len(batch.orders) > 1:
                self._halve(alone)
            else:
                self._fail(alone, RowError("worker_died", "The worker process died on this article: out of memory, or a crash in native code."))

    def _put(self, article_id: str, record: R | None, status: str, milliseconds: float, error: tuple[str, str] | None) -> None:
        state = RowState(
            article_id=article_id,
            status=status,
            error_kind=error[0] if error else None,
            error=error[1][:ERROR_LENGTH] if error else None,
            input_hash=self._hashes.get(article_id, ""),
            backend=self._stage.backend,
            attempt=self._options.attempts.get(article_id, 1),
            duration_ms=round(milliseconds, 3),
            produced_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        self._rows[article_id] = StageRow(state, record)
        self._dirty = True

    def _flush_if_due(self) -> None:
        done = self.counts.computed + self.counts.failed
        if self._options.progress:
            self._options.progress(done, self._todo)
        if time.monotonic() - self._flushed >= self._options.flush_seconds:
            self.flush()

    def flush(self) -> None:
        """Writes the rows when any of them is new."""
        if self._dirty:
            self._flush([row for row in self._rows.values() if row is not None])
            self._dirty = False
            fault_point("rows.flushed")
        self._flushed = time.monotonic()

    def outcome(self) -> Outcome[R]:
        """What the run came to."""
        rows = {article_id: row for article_id, row in self._rows.items() if row is not None}
        return Outcome(rows, self.counts, time.monotonic() - self._started)
