"""Photos embedded in a workbook: which row each belongs to, and whether its bytes are a sound picture."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from nkd_pipeline.catalog.layout import Layout
from nkd_pipeline.catalog.package import DAMAGE, Package, local_name, open_package
from nkd_pipeline.catalog.source import MEGABYTE, reading

_EMU_PER_POINT = 12_700
_LONGEST_SPAN = 100  # rows looked at below the first
# Formats that Pillow decodes by itself: EPS and WMF would start other programs.
_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP")
_KEPT = {"PNG": ".png", "JPEG": ".jpg", "MPO": ".jpg"}  # MPO: a JPEG with further pictures, as telephones take them


@dataclass(frozen=True)
class Photo:
    """A product photo, as delivered when it is PNG or JPEG, else turned into PNG."""

    data: bytes
    suffix: str  # ".png" or ".jpg"


def sheet_pictures(package: Package, sheet: str, layout: Layout) -> tuple[dict[int, str], list[str]]:
    """Row number -> part of the picture that lies on it, and notes.

    Of several pictures on one row the first in the file counts.
    """
    found: dict[int, str] = {}
    notes = []
    for drawing in (place for kind, place in package.related(sheet).values() if kind == "drawing"):
        related = package.related(drawing)
        for anchor in package.xml(drawing).iter():
            blip = next((element for element in anchor.iter() if local_name(element.tag) == "blip"), None) if _is_anchor(anchor) else None
            if blip is None:
                continue
            row = _row(anchor, layout)
            relation = next((value for key, value in blip.attrib.items() if local_name(key) == "embed"), "")
            if relation not in related:
                notes.append(f"the photo in row {row} is only linked. Insert it into the file instead")
            elif found.setdefault(row, related[relation][1]) != related[relation][1]:
                notes.append(f"row {row} has several photos, the first was taken")
    return found, notes


def _is_anchor(element: Any) -> bool:  # noqa: ANN401 - defusedxml has no types
    return local_name(element.tag) in ("twoCellAnchor", "oneCellAnchor")


def _numbers(anchor: Any, name: str) -> dict[str, int]:  # noqa: ANN401
    """The whole numbers below or in the first child of that name: a marker's row and offsets, or an extent."""
    for child in anchor:
        if local_name(child.tag) == name:
            inner = {local_name(element.tag): element.text or "0" for element in child}
            return {key: int(value) for key, value in {**inner, **child.attrib}.items() if value.strip().lstrip("-").isdigit()}
    return {}


def _row(anchor: Any, layout: Layout) -> int:  # noqa: ANN401
    """The row, as Excel counts, that the picture belongs to.

    Over two rows that is the one it covers more of; over more (a large picture beside low rows) the first, unless the picture begins near its end.
    """
    first = _numbers(anchor, "from").get("row", 0) + 1
    covers = _covers(anchor, first, layout)
    if len(covers) == 2:
        return first + int(covers[1] > covers[0])
    half = layout.heights.get(first, layout.default_height) * _EMU_PER_POINT / 2
    return first if len(covers) == 1 or covers[0] >= half else first + 1


def _covers(anchor: Any, first: int, layout: Layout) -> list[float]:  # noqa: ANN401
    """How much of each row's height the picture takes, in EMU, from its first row on."""
    start, end, extent = _numbers(anchor, "from"), _numbers(anchor, "to"), _numbers(anchor, "ext")
    last = end.get("row", 0) + 1 if end else first + _LONGEST_SPAN
    left = float("inf") if end else float(extent.get("cy", 0))
    covers: list[float] = []
    for row in range(first, min(last, first + _LONGEST_SPAN) + 1):
        height = layout.heights.get(row, layout.default_height) * _EMU_PER_POINT
        top = min(start.get("rowOff", 0), height) if row == first else 0.0
        bottom = min(end.get("rowOff", 0), height) if end and row == last else height
        covers.append(max(0.0, min(bottom - top, left)))
        left -= covers[-1]
        if left <= 0:
            break
    while len(covers) > 1 and covers[-1] <= 0:
        covers.pop()
    return covers


def load_photos(path: Path, wanted: Mapping[str, str]) -> tuple[dict[str, Photo], list[str]]:
    """Reads and verifies photos.

    Args:
        path: The workbook.
        wanted: article_id -> part.

    Returns:
        Photos by article_id, and a note for each that is not sound; its article stays.
    """
    photos: dict[str, Photo] = {}
    notes = []
    known: dict[str, Photo | str] = {}
    with open_package(path) as package:
        for article_id, part in wanted.items():
            if part not in known:
                known[part] = _load(package, part)
            photo = known[part]
            if isinstance(photo, Photo):
                photos[article_id] = photo
            else:
                notes.append(f'the photo of article "{article_id}" was left out: {photo}')
    return photos, notes


def _load(package: Package, part: str) -> Photo | str:
    limit = reading().limits.photo_mb
    if package.size(part) > limit * MEGABYTE:
        return f"it has {package.size(part) // MEGABYTE} MB, at most {limit} MB are read. Make it smaller"
    try:
        return verified_photo(package.read(part))
    except DAMAGE as error:
        return str(error) or type(error).__name__


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
                    raise ValueError(too_large)
                image.load()
                kind = image.format or ""
                return Photo(data, _KEPT[kind]) if kind in _KEPT else Photo(_as_png(image), ".png")
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise ValueError(too_large) from error
        except UnidentifiedImageError as error:
            raise ValueError("its format is not known. Insert it as PNG or JPEG") from error
        except (OSError, SyntaxError, EOFError) as error:
            raise ValueError(f"its bytes are damaged ({error}). Insert it again") from error


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
