"""Pictures of the pipeline's own sketch stage, stored and with their rows, as judges are given them."""

import hashlib
from pathlib import Path

from nkd_pipeline.records import ImageOrder, JudgedImage
from nkd_pipeline.sketch.stage import SketchArtist, SketchSettings


def drawn(folder: Path, order: ImageOrder, size: int = 256) -> JudgedImage:
    """The row of an order's picture, which lies in the folder."""
    (picture,) = SketchArtist(SketchSettings(size=size))([order])
    path = folder / f"{order.article_id}-{size}.png"
    path.write_bytes(picture.png)
    return JudgedImage(order.article_id, order.attempt, hashlib.sha256(picture.png).hexdigest(), order.prompt, order.attributes, str(path))
