"""Several pictures on one small sheet, for places that show a single picture."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image

from nkd_pipeline.storage.places import read_bytes

SIDE = 128  # pixels of one picture
COLUMNS = 6  # in a row
QUALITY = 70


def contact_sheet(files: Sequence[Path], side: int = SIDE, columns: int = COLUMNS) -> str:
    """A data URI of a WebP with all pictures in rows; about 2 KB a picture of 128 pixels. Empty when there are none."""
    if not files:
        return ""
    with ThreadPoolExecutor() as threads:  # decoding releases the interpreter's lock
        small = list(threads.map(lambda file: _small(file, side), files))
    height = max(picture.height for picture in small)
    sheet = Image.new("RGB", (min(len(files), columns) * side, -(-len(files) // columns) * height), "white")
    for index, picture in enumerate(small):
        sheet.paste(picture, (index % columns * side, index // columns * height))
    encoded = io.BytesIO()
    sheet.save(encoded, "WEBP", quality=QUALITY)
    return "data:image/webp;base64," + base64.b64encode(encoded.getvalue()).decode("ascii")


def _small(file: Path, side: int) -> Image.Image:
    with Image.open(io.BytesIO(read_bytes(file))) as image:
        small = image.convert("RGB")
    small.thumbnail((side, side), reducing_gap=1.0)
    return small
