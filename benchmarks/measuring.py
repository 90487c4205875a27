"""What the GPU benchmarks share: a clock that waits for the device, tables that are written as they grow, and articles to work on."""

# ruff: noqa: ANN401 - stages and models of three libraries go through here
from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from benchmarks.articles import articles
from nkd_pipeline.execution.profile import load_profile
from nkd_pipeline.execution.seeds import article_seed
from nkd_pipeline.models.device import device
from nkd_pipeline.records import Article, DescribedArticle, ImageOrder, TranslatedArticle


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured."""

    full_size: bool
    count: int  # articles
    rounds: int  # timed repetitions after the one that warms up
    variants: tuple[str, ...]  # of optimisations; none named: all
    image_batches: tuple[int, ...]
    encode_batches: tuple[int, ...]
    translate_tokens: tuple[int, ...]  # at once
    extract_batches: tuple[int, ...]
    score_batches: tuple[int, ...]
    cards: tuple[int, ...]  # GB of smaller GPUs whose memory plans are tried
    matmul_edge: int


FULL = Scale(True, 224, 2, (), (1, 2, 4, 8), (1, 8, 32), (4096, 16384), (32, 64, 128), (32, 128), (40, 24, 12), 8192)
DRY = Scale(False, 2, 1, ("eager", "LoRA merged"), (2,), (2,), (4096,), (2,), (2,), (12,), 256)


class Report:
    """Tables in Markdown, on the screen and in a file, row by row: what was measured before the time is up is there."""

    def __init__(self, out: Path | None, seconds: float) -> None:
        self._out, self._end = out, time.monotonic() + seconds
        if out:
            out.write_text("", encoding="utf-8")

    @property
    def late(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self._end

    def line(self, text: str = "") -> None:
        """Any line."""
        print(text, flush=True)
        if self._out:
            with self._out.open("a", encoding="utf-8") as stream:
                stream.write(f"{text}\n")

    def table(self, *columns: str) -> None:
        """The head of a table; all columns but the first are numbers."""
        self.line()
        self.line(f"| {' | '.join(columns)} |")
        self.line(f"| --- |{' ---: |' * (len(columns) - 1)}")

    def row(self, *cells: str | float) -> None:
        """One row; numbers with three digits that count."""
        self.line(f"| {' | '.join(cell if isinstance(cell, str) else f'{cell:.3g}' if cell < 100 else f'{cell:.0f}' for cell in cells)} |")

    @contextlib.contextmanager
    def attempt(self, what: str) -> Iterator[None]:
        """What fails becomes a row that says so; the rest goes on."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - an unattended run must not lose all for one
            self.row(f"{what}: {type(error).__name__}: {str(error).splitlines()[0][:200] if str(error) else ''}")


def settled() -> None:
    """Waits until the device has done all that was asked of it."""
    if device().startswith("cuda"):
        import torch

        torch.cuda.synchronize(device())


def seconds(work: Callable[[], Any]) -> float:
    """What work takes, from an idle device to an idle device."""
    settled()
    started = time.perf_counter()
    work()
    settled()
    return time.perf_counter() - started


@contextlib.contextmanager
def stopwatches(module: Any, *names: str) -> Iterator[dict[str, float]]:
    """Seconds spent meanwhile in functions of a module, by name; the device is idle before and after each call from the main thread."""
    spent = dict.fromkeys(names, 0.0)
    lock = threading.Lock()

    def watched(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            wait = settled if threading.current_thread() is threading.main_thread() else lambda: None
            wait()
            started = time.perf_counter()
            try:
                return function(*arguments, **options)
            finally:
                wait()
                with lock:
                    spent[name] += time.perf_counter() - started

        return call

    with contextlib.ExitStack() as stack:
        for name in names:
            stack.enter_context(mock.patch.object(module, name, watched(name, getattr(module, name))))
        yield spent


def peak_gb(*, reset: bool = False) -> float:
    """The most memory of the device that tensors filled since the last reset; 0 on the CPU."""
    if not device().startswith("cuda"):
        return 0.0
    import torch

    peak = torch.cuda.max_memory_allocated(device()) / 1e9
    if reset:
        torch.cuda.reset_peak_memory_stats(device())
    return peak


@dataclass(frozen=True, slots=True)
class Sample:
    """Articles with what the embedded text stages make of them."""

    articles: list[Article]
    translated: list[TranslatedArticle]
    orders: list[ImageOrder]


def sample(count: int) -> Sample:
    """The sample delivery, over and over, as orders of all neural stages."""
    profile = load_profile("sketch")

    def through(asset: str, rows: list[Any]) -> list[Any]:
        stage = profile.stage(asset)
        stage.load()
        return stage(rows)

    cleaned = through("articles", articles(count))
    translations = through("translated_descriptions", cleaned)
    translated = [TranslatedArticle(article, translation) for article, translation in zip(cleaned, translations, strict=True)]
    attributes = through("extracted_attributes", translated)
    prompts = through("prompts", [DescribedArticle(article, found) for article, found in zip(cleaned, attributes, strict=True)])
    orders = [
        ImageOrder(prompt.article_id, 1, article_seed(prompt.article_id, 1), prompt, found) for prompt, found in zip(prompts, attributes, strict=True)
    ]
    return Sample(cleaned, translated, orders)
