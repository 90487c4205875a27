"""Photos embedded in a workbook: whether their bytes are a sound picture."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from nkd_pipeline.catalog.package import DAMAGE, Package, one_line, open_package
from nkd_pipeline.catalog.source import MEGABYTE, reading

# Formats that Pillow decodes by itself: EPS and WMF would start other programs.
_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP")
_KEPT = {"PNG": ".png", "JPEG": ".jpg", "MPO": ".jpg"}  # MPO: a JPEG with further pictures, as telephones take them


@dataclass(frozen=True)
class Photo:
    """A product photo, as delivered when it is PNG or JPEG, else turned into PNG."""

    data: bytes
    suffix: str  # ".png" or ".jpg"


def read_photos(path: Path, wanted: Mapping[str, str]) -> Iterator[tuple[str, Photo | str]]:
    """Reads and verifies photos, one at a time: together they may be larger than the memory.

    Args:
        path: The workbook.
        wanted: article_id -> part.

    Yields:
        article_id and its photo, or why it has none; its article stays.
    """
    limit = reading().limits.media_mb
    taken = 0
    part = ""
    photo: Photo | str = ""  # the one read last: rows of one model often show the same picture
    with open_package(path) as package:
        for article_id, named in wanted.items():
            if named != part:
                part, photo = named, _load(package, named)
            size = len(photo.data) if isinstance(photo, Photo) else 0
            if taken + size > limit * MEGABYTE:
                yield article_id, f"the photos of a delivery may have {limit:,} MB together. Make them smaller, or split the delivery"
                continue
            taken += size
            yield article_id, photo


def _load(package: Package, part: str) -> Photo | str:
    limit = reading().limits.photo_mb
    if package.size(part) > limit * MEGABYTE:
        return f"it has {package.size(part) // MEGABYTE} MB, at most {limit} MB are read. Make it smaller"
    try:
        return verified_photo(package.read(part))
    except DAMAGE as error:
        return " ".join(str(error).split()) or type(error).__name__


def verified_photo(data: bytes) -> Photo:
    """Decodes a picture completely, so that a broken one is found here and not three stages later.

    Raises:
        ValueError: It is no picture of a known format, is cut off, or would unpack to too many pixels; the message gives the cure.
    """
    from PIL import Image, UnidentifiedImageError

    limit = reading().limits.photo_megapixels
    too_large = f"it has more than {limit} megapixels. Make it smaller"
    with _bombs_are_errors():
        try:
            with Image.open(BytesIO(data), formats=_FORMATS) as image:
                if image.width * image.height > limit * MEGABYTE:
                    raise Image.DecompressionBombError
                image.load()
                kind = image.format or ""
                return Photo(data, _KEPT[kind]) if kind in _KEPT else Photo(_as_png(image), ".png")
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise ValueError(too_large) from error
        except UnidentifiedImageError as error:
            raise ValueError("its format is not known. Insert it as PNG or JPEG") from error
        except (*DAMAGE, SyntaxError, TypeError, AttributeError) as error:  # what Pillow's decoders raise has no base class
            raise ValueError(f"its bytes are damaged ({one_line(error)}). Insert it again") from error


def _as_png(image: Any) -> bytes:  # noqa: ANN401 - Pillow is only imported when needed
    out = BytesIO()
    transparent = "A" in image.getbands() or "transparency" in image.info
    image.convert("RGBA" if transparent else "RGB").save(out, "PNG")
    return out.getvalue()


@contextmanager
def _bombs_are_errors() -> Iterator[None]:
    """Pillow only warns of pictures that unpack to hundreds of megabytes."""
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        yield
