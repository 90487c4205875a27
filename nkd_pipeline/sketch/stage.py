"""The image backend of the profile `sketch`: draws the article's garment from its attributes, without any model or download."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from pydantic import Field

from nkd_pipeline.records import ImageOrder, RenderedImage
from nkd_pipeline.stage import Stage, StageSettings
from nkd_pipeline.storage.images import Provenance, encode_png


class SketchSettings(StageSettings):
    """Settings of the sketch renderer."""

    size: int = Field(default=1024, ge=64, le=4096, description="edge of the square picture in pixels")


class SketchArtist(Stage[ImageOrder, RenderedImage]):
    """Draws garments.

    The same article and attempt give the same bytes; another attempt gives other folds, a slightly other pose and another treatment of the print.
    """

    Settings: ClassVar[type[StageSettings]] = SketchSettings
    code_version: ClassVar[str] = "2"
    batch_size: int = 8
    parallel: ClassVar[bool] = True

    def __init__(self, settings: StageSettings) -> None:
        super().__init__(settings)
        self._size = SketchSettings.model_validate(settings.model_dump()).size

    def __call__(self, rows: Sequence[ImageOrder]) -> list[RenderedImage]:
        """Draws a batch; picture i belongs to order i. Raises RowError for a garment that cannot be drawn or has no colour."""
        return [self._drawn(order) for order in rows]

    def _drawn(self, order: ImageOrder) -> RenderedImage:
        # the garments are a third of a second to import: not for a run that draws nothing
        from nkd_pipeline.sketch.read import garment_spec
        from nkd_pipeline.sketch.render import render

        spec = garment_spec(order)
        provenance = Provenance(
            article_id=order.article_id,
            attempt=order.attempt,
            seed=order.seed,
            prompt=order.prompt.prompt,
            negative_prompt=order.prompt.negative_prompt,
            models=(f"nkd-sketch/{self.code_version}",),
            settings={"size": self._size, "kind": spec.kind},
            source_type="algorithmicMedia",
        )
        png = encode_png(render(spec, self._size), provenance)
        return RenderedImage(order.article_id, order.attempt, order.seed, png, self._size, self._size)
