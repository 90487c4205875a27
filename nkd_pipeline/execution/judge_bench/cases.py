"""The pictures of the bench: random articles, half of them drawn as their texts say, half with one defect each."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

import numpy as np

from nkd_pipeline.execution.judge_bench.defects import DEFECTS, good
from nkd_pipeline.models.house_clip.articles import random_order
from nkd_pipeline.records import ImageOrder
from nkd_pipeline.storage.images import Provenance, encode_png

GOOD = ""
TRIES = 4000  # articles that are looked at for one in which a defect can be planted


@dataclass(frozen=True, slots=True)
class Case:
    """What an article states, and a picture of it; `defect` is empty for a good one."""

    order: ImageOrder
    defect: str
    png: bytes


def make_cases(count: int, seed: int, size: int, workers: int = 0) -> Iterator[Case]:
    """`count` cases, every other one with a defect; defects take turns. The same numbers give the same pictures anywhere."""
    make = partial(make_case, seed=seed, size=size)
    wanted = min(workers or os.cpu_count() or 1, count)
    if wanted == 1:
        yield from map(make, range(count))
        return
    with ProcessPoolExecutor(wanted, mp_context=get_context("spawn")) as pool:
        yield from pool.map(make, range(count), chunksize=4)


def make_case(number: int, seed: int, size: int) -> Case:
    """Case `number` of a bench."""
    rng = np.random.default_rng([seed, number])
    if number % 2 == 0:
        order = random_order(rng)
        return _case(order, GOOD, good(order, size), size)
    defect = DEFECTS[number // 2 % len(DEFECTS)]
    for _ in range(TRIES):
        order = random_order(rng)
        pixels = defect.plant(order, rng, size)
        if pixels is not None:
            return _case(order, defect.name, pixels, size)
    raise RuntimeError(f"no article was found in which {defect.name!r} can be planted")


def _case(order: ImageOrder, defect: str, pixels: np.ndarray, size: int) -> Case:
    history = Provenance(
        order.article_id, 1, order.seed, order.prompt.prompt, "", ("nkd-sketch/bench",), {"size": size, "defect": defect}, "algorithmicMedia"
    )
    return Case(order, defect, encode_png(np.ascontiguousarray(pixels), history))
