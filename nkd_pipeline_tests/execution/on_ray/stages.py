"""Stages that tell where and when they compute; in a module of their own so that the workers of a cluster can import them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from nkd_pipeline.stage import Stage, StageSettings
from nkd_pipeline_tests.execution.stages import Order, Result

DEADLINE = 120.0  # seconds


class TellingSettings(StageSettings):
    """`folder` is where the stage leaves a file for each article that it begins; on node `hangs_on` it goes no further than that."""

    folder: str
    hangs_on: str = ""


class Telling(Stage[Order, Result]):
    """Answers with node, process, device and GPU. An article with the text "wait" is done when the folder has a file "gate"."""

    Settings = TellingSettings
    batch_size = 1
    parallel = True

    def __init__(self, settings: TellingSettings) -> None:
        super().__init__(settings)
        self._folder, self._hangs_on = Path(settings.folder), settings.hangs_on

    def __call__(self, rows: Sequence[Order]) -> list[Result]:
        import ray

        where = ray.get_runtime_context()
        for row in rows:
            (self._folder / f"{row.article_id} {where.get_node_id()} {time.monotonic_ns()}").touch()
            with _until(DEADLINE) as waiting:
                while (row.text == "wait" and not (self._folder / "gate").exists()) or where.get_node_id() == self._hangs_on:
                    waiting()
        told = f"{where.get_node_id()} {os.getpid()} {os.environ['NKD_DEVICE']} {','.join(map(str, ray.get_gpu_ids()))}"
        return [Result(row.article_id, told) for row in rows]


class TellingOnDevice(Telling):
    parallel = False
    on_device = True


class Lying(Telling):
    """Has another version on every process but the one that made it."""

    def __init__(self, settings: TellingSettings) -> None:
        super().__init__(settings)
        self._process = os.getpid()

    def fingerprint(self) -> dict[str, object]:
        return {**super().fingerprint(), "version": os.getpid() == self._process}


class DyingAtLoad(Telling):
    def load(self) -> None:
        os._exit(9)


@contextmanager
def _until(seconds: float) -> Iterator[object]:
    end = time.monotonic() + seconds

    def waiting() -> None:
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.02)

    yield waiting
