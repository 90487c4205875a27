"""Generated pictures as models are given them: decoded, and proven to be those that their rows speak of."""

from __future__ import annotations

import hashlib
from io import BytesIO
from pathlib import Path
from typing import Protocol

from PIL import Image

from nkd_pipeline.stage import RowError
from nkd_pipeline.storage.places import place, read_bytes

MAX_PIXELS = 64_000_000  # 8000 x 8000: more is a decompression bomb, no picture of an article
MAX_BYTES = 4 * MAX_PIXELS  # such a picture with transparency, hardly compressed
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, OverflowError, Image.DecompressionBombError)
_CURE = "Delete the file and materialize generated_images again"


class StoredPicture(Protocol):
    """A row with a picture: where it lies, and the SHA-256 of its bytes."""

    @property
    def image_file(self) -> str: ...

    @property
    def sha256(self) -> str: ...


def read_picture(image: StoredPicture) -> Image.Image:
    """The picture of a row, in RGB.

    Raises RowError "missing_image", "unreadable_image" (no sound PNG file, or one that unpacks beyond all measure) or "picture_changed" (a picture,
    but not the one that was generated: its score would stand under the wrong hash).
    """
    path = place(image.image_file)
    data = _bytes(path)
    try:
        with Image.open(BytesIO(data), formats=("PNG",)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                size = f"{picture.width} x {picture.height} pixels, more than {MAX_PIXELS:,}"
                raise RowError("unreadable_image", f"{path} unpacks to {size}. {_CURE}, with a smaller size.")
            decoded = picture.convert("RGB")
    except _BROKEN as error:
        raise RowError("unreadable_image", f"{path} is no sound PNG file: {len(data)} bytes, damaged or of another kind. {_CURE}.") from error
    if hashlib.sha256(data).hexdigest() != image.sha256:
        raise RowError("picture_changed", f"{path} is not the picture that was generated: somebody replaced or edited it. {_CURE}.")
    return decoded


def _bytes(path: Path) -> bytes:
    try:
        data = read_bytes(path, MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise RowError("missing_image", f"{path} is not there. Materialize generated_images again.") from error
    except OSError as error:
        raise RowError("unreadable_image", f"{path} cannot be read: {error.strerror}. Make it readable, or: {_CURE}.") from error
    if len(data) > MAX_BYTES:
        raise RowError("unreadable_image", f"{path} has more than {MAX_BYTES:,} bytes. {_CURE}, with a smaller size.")
    return data
