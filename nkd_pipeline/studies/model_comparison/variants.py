"""Sketches with a fault of their own: they stand in for image models that have one, where there is no such model."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from pydantic import Field

from nkd_pipeline.records import ImageOrder, RenderedImage
from nkd_pipeline.sketch.stage import SketchArtist
from nkd_pipeline.stage import RowError, Stage, StageSettings
from nkd_pipeline.storage.images import Provenance, encode_png


class SketchVariantSettings(StageSettings):
    """`defect` is one that `nkd judge-bench` plants; `seed` takes the place of the orders' own, as if one picture had been learnt by heart."""

    size: int = Field(default=1024, ge=64, le=4096)
    defect: str = ""
    seed: int | None = Field(default=None, ge=0, lt=2**31)


class SketchVariant(Stage[ImageOrder, RenderedImage]):
    """Draws garments as `SketchArtist`, with a defect or with always the same seed.

    Raises ValueError in `load` for an unknown defect and `RowError("not_planted")` for an article that cannot have it; else as `SketchArtist` does.
    """

    Settings: ClassVar[type[StageSettings]] = SketchVariantSettings
    code_version: ClassVar[str] = SketchArtist.code_version
    batch_size: int = SketchArtist.batch_size
    parallel: ClassVar[bool] = True
    _settings: SketchVariantSettings

    @property
    def backend(self) -> str:
        own, seed = self._settings.defect, self._settings.seed
        return ", ".join(["SketchArtist", *([own] if own else []), *([] if seed is None else [f"seed {seed}"])])

    def load(self) -> None:
        from nkd_pipeline.execution.judge_bench.defects import DEFECTS

        names = [defect.name for defect in DEFECTS]
        if self._settings.defect and self._settings.defect not in names:
            raise ValueError(f"no defect is called {self._settings.defect!r}. There are {', '.join(names)}.")

    def __call__(self, rows: Sequence[ImageOrder]) -> list[RenderedImage]:
        """Draws a batch; picture i belongs to order i."""
        return [self._drawn(row) for row in rows]

    def _drawn(self, order: ImageOrder) -> RenderedImage:
        from nkd_pipeline.execution.judge_bench.defects import DEFECTS, good

        size, wanted = self._settings.size, self._settings.defect
        drawn = order if self._settings.seed is None else dataclasses.replace(order, seed=self._settings.seed)
        defect = next((defect for defect in DEFECTS if defect.name == wanted), None)
        pixels = defect.plant(drawn, np.random.default_rng(drawn.seed), size) if defect else good(drawn, size)
        if pixels is None:
            raise RowError(
                "not_planted", f"article {order.article_id} cannot be drawn with the defect {wanted!r}. Choose another one in the profile."
            )
        provenance = Provenance(
            order.article_id,
            order.attempt,
            drawn.seed,
            order.prompt.prompt,
            order.prompt.negative_prompt,
            (f"nkd-sketch/{self.code_version}",),
            {"size": size, "defect": wanted},
            "algorithmicMedia",
        )
        return RenderedImage(order.article_id, order.attempt, order.seed, encode_png(pixels, provenance), size, size)
