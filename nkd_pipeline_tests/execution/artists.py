"""An image backend that gets some attempts wrong, as image models do; in a module of its own so that profiles can name it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import cv2
import numpy as np

from nkd_pipeline.execution.judge_bench.damage import moved, shaded_background
from nkd_pipeline.records import ImageOrder, RenderedImage
from nkd_pipeline.sketch.stage import SketchArtist, SketchSettings
from nkd_pipeline.stage import RowError
from nkd_pipeline.storage.images import Provenance, encode_png


class ClumsySettings(SketchSettings):
    """By article what is wrong with its first, second, ... attempt, in words; further attempts are good."""

    wrong: Mapping[str, tuple[str, ...]] = {}


class ClumsyArtist(SketchArtist):
    """Draws sketches and spoils some: "grey" costs 1.5, "tilted" 1.5 more, "broken" is no picture at all."""

    Settings = ClumsySettings
    parallel = False

    def __init__(self, settings: ClumsySettings) -> None:
        super().__init__(SketchSettings(size=settings.size))
        self._settings = settings  # what the fingerprint is made from
        self._wrong = settings.wrong

    def __call__(self, rows: Sequence[ImageOrder]) -> list[RenderedImage]:
        return [self._spoiled(order, picture) for order, picture in zip(rows, super().__call__(rows), strict=True)]

    def _spoiled(self, order: ImageOrder, picture: RenderedImage) -> RenderedImage:
        listed = self._wrong.get(order.article_id, ())
        wrong = listed[order.attempt - 1] if order.attempt <= len(listed) else ""
        if "broken" in wrong:
            raise RowError("black_picture", "the picture came out black")
        pixels = cv2.imdecode(np.frombuffer(picture.png, np.uint8), cv2.IMREAD_COLOR)[:, :, ::-1]
        if "grey" in wrong:
            pixels = shaded_background(np.ascontiguousarray(pixels), 0.7)
        if "tilted" in wrong:
            pixels = moved(np.ascontiguousarray(pixels), turn=12, scale=0.85)
        history = Provenance(order.article_id, order.attempt, order.seed, order.prompt.prompt, "", ("clumsy",))
        return dataclasses.replace(picture, png=encode_png(np.ascontiguousarray(pixels), history))
