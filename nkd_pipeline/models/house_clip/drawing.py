"""Sketches of random articles as small arrays: drawn by the pipeline's renderer, reduced as the model's preprocessing does it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nkd_pipeline.models.house_clip.articles import random_order
from nkd_pipeline.models.house_clip.split import DEVELOPMENT, HELD_OUT, TRAINING, split_of
from nkd_pipeline.models.house_clip.visible import seen
from nkd_pipeline.records import ImageOrder

EDGE = 128  # pixels; prints and necklines cannot be told apart at 96
CHUNK = 100  # sketches that one task of a worker draws: a few seconds
# edge of the drawing -> share. The pipeline draws 1024; smaller ones look alike once they are reduced (2 of 255 grey levels apart on average) and
# take a fifth of the time
TRAINING_SIZES = {256: 0.85, 512: 0.15}
PIPELINE_SIZE = {1024: 1.0}
_PARTS = (TRAINING, DEVELOPMENT, HELD_OUT)


@dataclass(frozen=True, slots=True, eq=False)
class Sketches:
    """`pixels` (n, EDGE, EDGE, 3) as RGB bytes; order and truth of picture i stand at place i."""

    pixels: NDArray[np.uint8]
    orders: tuple[ImageOrder, ...]
    truths: tuple[Mapping[str, str], ...]

    def __len__(self) -> int:
        return len(self.orders)


def draw(part: str, count: int, seed: int, sizes: Mapping[int, float], tell: Callable[[int], None] | None = None) -> Sketches:
    """Draws `count` sketches of one part of the split on all cores. The same seed gives the same sketches on any number of them.

    `tell` is called with how many are drawn.
    """
    tasks = [(part, min(CHUNK, count - start), [seed, _PARTS.index(part), start], dict(sizes)) for start in range(0, count, CHUNK)]
    done: list[Sketches] = []
    for chunk in _computed(tasks):
        done.append(chunk)
        if tell is not None:
            tell(sum(map(len, done)))
    return Sketches(
        np.concatenate([chunk.pixels for chunk in done]),
        tuple(order for chunk in done for order in chunk.orders),
        tuple(truth for chunk in done for truth in chunk.truths),
    )


def _computed(tasks: Sequence[Any]) -> Iterator[Sketches]:
    if len(tasks) == 1:
        return iter([_chunk(tasks[0])])
    from loky import get_reusable_executor

    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")  # the processes are the parallelism
    return get_reusable_executor(max_workers=os.cpu_count() or 1, timeout=20, env=threads).map(_chunk, tasks)  # type: ignore[no-any-return]


def reduced(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """An RGB picture at the model's size, as open_clip's preprocessing reduces it: Pillow's bicubic filter over all pixels that it covers."""
    return np.asarray(Image.fromarray(picture).resize((EDGE, EDGE), Image.Resampling.BICUBIC))


def _chunk(task: tuple[str, int, list[int], dict[int, float]]) -> Sketches:
    from nkd_pipeline.sketch.read import garment_spec
    from nkd_pipeline.sketch.render import render

    part, count, seed, sizes = task
    rng = np.random.default_rng(seed)
    pixels: NDArray[np.uint8] = np.empty((count, EDGE, EDGE, 3), np.uint8)
    orders: list[ImageOrder] = []
    truths: list[Mapping[str, str]] = []
    while len(orders) < count:
        order = random_order(rng)
        size = int(rng.choice(tuple(sizes), p=tuple(sizes.values())))
        spec = garment_spec(order)
        truth = seen(order, spec)
        if split_of(truth) == part:
            pixels[len(orders)] = reduced(render(spec, size))
            orders.append(order)
            truths.append(truth)
    return Sketches(pixels, tuple(orders), tuple(truths))
