"""What a model takes while it makes pictures, one after the other: seconds and memory."""

from __future__ import annotations

import contextlib
import statistics
import threading
import time
from collections.abc import Iterator, Sequence

from nkd_pipeline.execution.memory import give_back
from nkd_pipeline.models.measuring import MemoryMeter
from nkd_pipeline.models.residency import release_all
from nkd_pipeline.records import ImageOrder, RenderedImage
from nkd_pipeline.records.model_comparison import CandidateCost
from nkd_pipeline.stage import Stage, StageSettings

INTERVAL = 0.02  # seconds between two looks at the memory; on a GPU the allocator itself knows the peak


class Metered(Stage[ImageOrder, RenderedImage]):
    """A candidate's stage, measured.

    Its rows come one by one in this process, whatever the stage could do: only so are the seconds of all models those of the same work. Other models
    are released before it is loaded. Results and their hashes are the stage's own.
    """

    batch_size = 1

    def __init__(self, stage: Stage[ImageOrder, RenderedImage]) -> None:
        super().__init__(StageSettings())
        self._stage = stage
        self._meter: MemoryMeter | None = None
        self._load_seconds, self._peak = 0.0, 0
        self._seconds: list[float] = []

    @property
    def backend(self) -> str:
        return self._stage.backend

    def fingerprint(self) -> dict[str, object]:
        return self._stage.fingerprint()

    def load(self) -> None:
        """Loads the stage's model; raises what that raises."""
        release_all()
        give_back()
        self._meter = MemoryMeter()
        started = time.perf_counter()
        with self._watched(self._meter):
            self._stage.load()
        self._load_seconds = time.perf_counter() - started

    def __call__(self, rows: Sequence[ImageOrder]) -> list[RenderedImage]:
        """Makes the pictures and adds what they took."""
        assert self._meter is not None  # the runner loads first
        started = time.perf_counter()
        with self._watched(self._meter):
            pictures = self._stage(rows)
        self._seconds.append((time.perf_counter() - started) / len(rows))
        return pictures

    def cost(self, candidate: str, problem: str = "") -> CandidateCost | None:
        """What was measured; None when no picture was made."""
        if self._meter is None or not self._seconds:
            return None
        first, *others = self._seconds
        usual = statistics.median(others or [first])
        count = len(self._seconds)
        return CandidateCost(candidate, self.backend, self._meter.device, count, self._load_seconds, first, usual, self._peak, problem)

    @contextlib.contextmanager
    def _watched(self, meter: MemoryMeter) -> Iterator[None]:
        done = threading.Event()

        def look() -> None:
            self._peak = max(self._peak, meter.bytes())

        def keep_looking() -> None:
            while not done.wait(INTERVAL):
                look()

        watcher = threading.Thread(target=keep_looking, name="memory", daemon=True)
        watcher.start()
        try:
            yield
        finally:
            done.set()
            watcher.join()
            look()
