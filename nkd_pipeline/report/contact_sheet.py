"""Several pictures on one small sheet, for places that show a single picture."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image

SIDE = 128  # pixels of one picture
COLUMNS = 6
QUALITY = 70


def contact_sheet(files: Sequence[Path]) -> str:
    """A data URI of a WebP with all pictures in rows of six; about 2 KB a picture. Empty when there are none."""
    if not files:
        return ""
    rows = -(-len(files) // COLUMNS)
    sheet = Image.new("RGB", (min(len(files), COLUMNS) * SIDE, rows * SIDE), "white")
    with ThreadPoolExecutor() as threads:  # decoding releases the interpreter's lock
        for index, small in enumerate(threads.map(_small, files)):
            sheet.paste(small, (index % COLUMNS * SIDE, index // COLUMNS * SIDE))
    encoded = io.BytesIO()
    sheet.save(encoded, "WEBP", quality=QUALITY)
    return "data:image/webp;base64," + base64.b64encode(encoded.getvalue()).decode("ascii")


def _small(file: Path) -> Image.Image:
    with Image.open(file) as image:
        small = image.convert("RGB")
    small.thumbnail((SIDE, SIDE), reducing_gap=1.0)
    return small
