"""Small copies of pictures as data URIs, so that a page needs no file beside it to be looked at."""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps

from nkd_pipeline.storage.places import read_bytes

# reference photos come out of deliveries: formats that start other programs (EPS) or unpack without bounds are not opened
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
MAX_PIXELS = 64_000_000  # an 8000 x 8000 photo; more is a decompression bomb or a poster
QUALITY = 82
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, OverflowError, Image.DecompressionBombError, Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A small picture. `uri` is "" and `problem` says why when the file cannot be shown."""

    uri: str
    width: int
    height: int
    problem: str = ""


def thumbnails(requests: Collection[tuple[Path, int]]) -> dict[tuple[Path, int], Thumbnail]:
    """Makes a thumbnail for each (file, longest side in pixels), in threads: decoding and encoding release the interpreter's lock."""
    wanted = list(dict.fromkeys(requests))
    with ThreadPoolExecutor(max_workers=min(8, os.cpu_count() or 1)) as pool:
        return dict(zip(wanted, pool.map(lambda request: thumbnail(*request), wanted), strict=True))


def thumbnail(file: Path, side: int) -> Thumbnail:
    """Makes one thumbnail as WebP, upright and on white; a file that cannot be decoded gives a thumbnail that says so."""
    try:
        with Image.open(io.BytesIO(read_bytes(file)), formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                return Thumbnail("", 0, 0, f"{file.name} has {image.width} x {image.height} pixels, more than {MAX_PIXELS:,}. Deliver a smaller one.")
            image.draft("RGB", (side, side))
            small = image if image.mode == "RGB" and not image.has_transparency_data else _flat(image)
            # halving by boxes first, then one light filter: a tenth of resampling the full picture, and no difference to be seen at this size
            small.thumbnail((side, side), Image.Resampling.HAMMING, reducing_gap=1.0)
            small = ImageOps.exif_transpose(small)
            encoded = io.BytesIO()
            small.save(encoded, "WEBP", quality=QUALITY, method=2)
    except _BROKEN as error:
        # the library's own message would name the folder on this machine
        reason = (isinstance(error, OSError) and error.strerror) or "not a picture that can be read"
        return Thumbnail("", 0, 0, f"{file.name} cannot be shown: {reason}. Make or deliver it again.")
    return Thumbnail("data:image/webp;base64," + base64.b64encode(encoded.getvalue()).decode("ascii"), small.width, small.height)


def _flat(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    layered = image.convert("RGBA")
    ground = Image.new("RGBA", layered.size, "white")
    return Image.alpha_composite(ground, layered).convert("RGB")
