"""Words on garments."""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from nkd_pipeline.sketch.canvas import Plane

FONT = "mpl-data/fonts/ttf/DejaVuSans-Bold.ttf"
LONGEST_LINE = 14  # letters; longer texts are broken at spaces
MOST_LINES = 3
DRAWN_HEIGHT = 96  # pixels per line before scaling


@functools.cache
def _font(pixels: int) -> ImageFont.FreeTypeFont:
    """A bold font with umlauts.

    Pillow's built-in font lacks umlauts. matplotlib, a dependency, ships DejaVu Sans; the file is found without importing matplotlib, which is slow.
    """
    spec = importlib.util.find_spec("matplotlib")
    places = list(spec.submodule_search_locations or ()) if spec else []
    if not places:
        raise FileNotFoundError(
            "lettering needs the font DejaVuSans-Bold.ttf of the package matplotlib, which is not installed: pip install matplotlib"
        )
    return ImageFont.truetype(str(Path(places[0]) / FONT), pixels)


def wrapped(text: str) -> list[str]:
    """The text on at most three lines, broken at spaces; what does not fit is left out."""
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= LONGEST_LINE:
            lines[-1] += " " + word
        else:
            lines.append(word[: 2 * LONGEST_LINE])
    return lines[:MOST_LINES]


@functools.lru_cache(64)
def coverage(lines: tuple[str, ...]) -> Plane:
    """The lines centred below each other as a plane of coverage 0..1, cropped to the letters."""
    font = _font(DRAWN_HEIGHT)
    boxes = [font.getbbox(line) for line in lines]
    width = int(max(box[2] for box in boxes)) + 8
    image = Image.new("L", (width, int(DRAWN_HEIGHT * 1.3) * len(lines) + 8))
    pen = ImageDraw.Draw(image)
    for row, (line, box) in enumerate(zip(lines, boxes, strict=True)):
        pen.text(((width - box[2]) / 2, row * DRAWN_HEIGHT * 1.12), line, fill=255, font=font)
    cropped = image.crop(image.getbbox() or (0, 0, 1, 1))
    return np.asarray(cropped, dtype=np.float32) / 255
