"""A source picture in the formats and sizes of the shop."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nkd_pipeline.shop.marking import Marking
from nkd_pipeline.shop.settings import Format, ShopSettings

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True, slots=True)
class Encoded:
    """A picture as a file's bytes."""

    data: bytes
    width: int
    height: int


def encode(picture: Image, kind: Format, size: int, settings: ShopSettings, marking: Marking) -> Encoded:
    """The RGB picture with its longest edge (or its square canvas) at exactly `size` pixels, larger or smaller than it was."""
    made = _square(_scaled(picture, size), size) if settings.shape == "square" else _scaled(picture, size)
    stream = io.BytesIO()
    made.save(stream, kind, **_options(kind, settings), **marking.save_options(kind))
    return Encoded(stream.getvalue(), made.width, made.height)


def _options(kind: Format, settings: ShopSettings) -> dict[str, Any]:
    if kind == "jpeg":
        return {"quality": settings.quality.jpeg, "subsampling": "4:4:4", "optimize": True, "progressive": True}
    return {"quality": settings.quality.webp, "method": 4} if kind == "webp" else {"compress_level": 6}


def _scaled(picture: Image, size: int) -> Image:
    from PIL.Image import Resampling

    ratio = size / max(picture.size)
    if ratio == 1:
        return picture
    width, height = (max(1, round(side * ratio)) for side in picture.size)
    return picture.resize((width, height), Resampling.LANCZOS)


def _square(picture: Image, size: int) -> Image:
    """The picture in the middle of a canvas in the usual colour of its border: the background goes on as it is."""
    if picture.width == picture.height:
        return picture
    import numpy as np
    from PIL import Image

    pixels = np.asarray(picture)
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    red, green, blue = (int(value) for value in np.median(border, axis=0))
    canvas = Image.new("RGB", (size, size), (red, green, blue))
    canvas.paste(picture, ((size - picture.width) // 2, (size - picture.height) // 2))
    return canvas
