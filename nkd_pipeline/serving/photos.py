"""Pictures as clients send them: decoded and checked before any model sees them, and stored as the stages read them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import uuid
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from nkd_pipeline.catalog.pictures import verified_photo
from nkd_pipeline.serving.limits import Limits
from nkd_pipeline.serving.refusal import RefusalError

FORMATS = ("PNG", "JPEG", "WEBP")
_PNG = b"\x89PNG"
_PREFIX = re.compile(r"data:image/[\w.+-]{1,40};base64,", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class StoredPhoto:
    """A picture on this machine's disk, as PNG, with the SHA-256 of its bytes."""

    file: Path
    sha256: str


def store_photo(encoded: str, folder: Path, limits: Limits) -> StoredPhoto:
    """Writes a picture in base64 to a new file below `folder`.

    A PNG file stays as it is; of other formats the pixels are kept, turned upright as their EXIF data say. Raises RefusalError 413 for too many
    pixels, 415 for a format that is not taken, 422 for what is no base64 or a damaged picture.
    """
    data = _decoded(encoded)
    _check(data, limits)
    try:
        png = data if verified_photo(data).data is data and data.startswith(_PNG) else _png(data)
    except Exception as error:  # what Pillow's decoders raise has no base class
        said = str(error).rstrip(".") if isinstance(error, ValueError) else "its bytes are damaged"
        raise RefusalError(422, "damaged_picture", f"The picture cannot be used: {said}.") from error
    file = folder / f"{uuid.uuid4().hex}.png"
    file.write_bytes(png)
    return StoredPhoto(file, hashlib.sha256(png).hexdigest())


def _decoded(encoded: str) -> bytes:
    encoded = encoded[match.end() :] if (match := _PREFIX.match(encoded)) else encoded
    try:
        data = base64.b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError) as error:  # the latter for letters beyond ASCII
        raise RefusalError(
            422, "not_base64", 'image is not base64. Send the bytes of a picture file as base64, with or without "data:…;base64,".'
        ) from error
    if not data:
        raise RefusalError(422, "no_picture", "image is empty. Send the bytes of a picture file as base64.")
    return data


def _check(data: bytes, limits: Limits) -> None:
    """Format and size by the header alone; what else may be wrong is found when the picture is unpacked."""
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as picture:
            pixels = picture.width * picture.height
    except UnidentifiedImageError as error:
        raise RefusalError(415, "unknown_format", f"The picture is none of {', '.join(FORMATS)}. Send one of these.") from error
    except Image.DecompressionBombError:
        pixels = 10**12
    except Exception:  # noqa: BLE001 - what Pillow's decoders raise has no base class
        return
    if pixels > limits.megapixels * 1e6:
        raise RefusalError(413, "too_many_pixels", f"The picture has more than {limits.megapixels:g} megapixels. Send a smaller one.")


def _png(data: bytes) -> bytes:
    out = BytesIO()
    with Image.open(BytesIO(data), formats=FORMATS) as picture:
        # level 1: the file is read once and then removed
        ImageOps.exif_transpose(picture).convert("RGB").save(out, "PNG", compress_level=1)
    return out.getvalue()
