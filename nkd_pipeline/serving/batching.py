"""Dynamic batching: questions that come at about the same time are computed together.

While one batch is computed the next one gathers, so that the wait matters only when little is asked.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from nkd_pipeline.execution.engine import Batch, as_row_error, compute
from nkd_pipeline.serving.limits import Limits
from nkd_pipeline.stage import RowError, Stage

In = TypeVar("In")
Out = TypeVar("Out")
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Tally:
    """What a batcher has done since it was started."""

    batches: int = 0
    answered: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class _Asked(Generic[In, Out]):
    row: In
    answer: asyncio.Future[Out]


class Batcher(Generic[In, Out]):
    """Answers single rows by a loaded stage, in batches, on one thread of its own. All methods belong to one event loop."""

    def __init__(self, stage: Stage[In, Out], limits: Limits) -> None:
        self.stage, self.tally = stage, Tally()
        self._size, self._wait = min(limits.max_batch, max(1, stage.batch_size)), limits.max_wait_ms / 1000
        self._queue: asyncio.Queue[_Asked[In, Out]] = asyncio.Queue()

    async def ask(self, row: In) -> Out:
        """The answer to one row. Raises RowError for a row that the stage cannot do, and whatever else the stage raises for it alone."""
        asked: _Asked[In, Out] = _Asked(row, asyncio.get_running_loop().create_future())
        self._queue.put_nowait(asked)
        return await asked.answer

    async def run(self) -> None:
        """Computes batch after batch until it is cancelled."""
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1, "batches") as thread:
            while True:
                batch = await self._gathered()
                if not batch:
                    continue
                answers = await loop.run_in_executor(thread, self._answers, [asked.row for asked in batch])
                for asked, answer in zip(batch, answers, strict=True):
                    self._give(asked, answer)
                self.tally.batches += 1

    async def _gathered(self) -> list[_Asked[In, Out]]:
        """The next batch, without those who have given up meanwhile."""
        batch = [await self._queue.get()]
        ends = asyncio.get_running_loop().time() + self._wait
        while len(batch) < self._size:
            if self._queue.empty():
                try:
                    async with asyncio.timeout_at(ends):
                        batch.append(await self._queue.get())
                except TimeoutError:
                    break
            else:
                batch.append(self._queue.get_nowait())
        return [asked for asked in batch if not asked.answer.done()]

    def _answers(self, rows: Sequence[In]) -> list[Out | Exception]:
        """One answer or error for each row: a batch that raises is halved until the culprit is alone."""
        try:
            return list(compute(self.stage, Batch(tuple(rows))).results)
        except Exception as error:  # noqa: BLE001 - whatever it is, it belongs to one row and not to its neighbours
            if as_row_error(error).kind == "out_of_memory":
                self._size = max(1, min(self._size, len(rows) // 2))
            if len(rows) == 1:
                return [error]
        middle = len(rows) // 2
        return [*self._answers(rows[:middle]), *self._answers(rows[middle:])]

    def _give(self, asked: _Asked[In, Out], answer: Any) -> None:  # noqa: ANN401 - an answer or an error
        if isinstance(answer, Exception):
            self.tally.failed += 1
            if not isinstance(answer, RowError):
                _log.error("%s failed on a question", self.stage.backend, exc_info=answer)
        else:
            self.tally.answered += 1
        if asked.answer.done():  # who asked has given up while it was computed
            return
        if isinstance(answer, Exception):
            asked.answer.set_exception(answer)
        else:
            asked.answer.set_result(answer)
