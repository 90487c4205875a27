"""Pixels become a picture that says how it was made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nkd_pipeline.records import ImageOrder, RenderedImage
from nkd_pipeline.stage import RowError
from nkd_pipeline.storage.images import Provenance, encode_png

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True)
class Painted:
    """What came out for an order: `pixels` are height x width x 3, or None for a black picture or numbers that are none."""

    order: ImageOrder
    pixels: np.ndarray | None
    negative_prompt: str  # that had a say
    models: tuple[str, ...]  # identity of each
    settings: dict[str, object] = field(default_factory=dict)


def as_picture(painted: Painted) -> RenderedImage:
    """The PNG. Raises RowError when there is none."""
    order, pixels = painted.order, painted.pixels
    if pixels is None:
        raise RowError(
            "black_picture",
            f"article {order.article_id}, seed {order.seed}: {painted.settings['family']} painted a black picture, or numbers that are none. In "
            'float16 that is an overflow: set dtype = "bfloat16" or "float32" in the profile. Else retry the article: it gets another seed.',
        )
    provenance = Provenance(
        article_id=order.article_id,
        attempt=order.attempt,
        seed=order.seed,
        prompt=order.prompt.prompt,
        negative_prompt=painted.negative_prompt,
        models=painted.models,
        settings=painted.settings,
    )
    height, width = pixels.shape[:2]
    return RenderedImage(order.article_id, order.attempt, order.seed, encode_png(pixels, provenance), width, height)
