"""A picture as the checks need it: decoded once, made small once, converted to CIELAB once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from nkd_pipeline.stage import RowError
from nkd_pipeline.storage.places import place, read_bytes

WORK_SIZE = 384  # longer side in pixels for everything but sharpness: masks overlap by 97 % with those at 640, in 36 % of the time
_PNG, _COLOUR_TYPE, _SEE_THROUGH = b"\x89PNG", 25, (3, 4, 6)  # a PNG's byte 25 tells a palette, grey with alpha, colour with alpha
SMALLEST = 64  # pixels a side; below that no seam is left to look at

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Picture:
    """`bgr` is the full picture 0..255, blue first, `grey` the same without colour, `lab` a small one in CIELAB; `width` and `height` of the file."""

    bgr: Bytes
    grey: Bytes
    lab: Floats
    width: int
    height: int


def read_picture(path: str | Path) -> Picture:
    """Reads a picture from a file or a URL; raises RowError "unreadable_image" when there is no picture in it."""
    import cv2

    try:
        data = np.frombuffer(read_bytes(place(path)), dtype=np.uint8)
    except OSError as error:
        raise RowError("unreadable_image", f"{path}: {error.strerror or error}; make the picture again, or restore the file") from error
    try:
        decoded = _bytes_of(cv2.imdecode(data, cv2.IMREAD_COLOR)) if data.size else None
        if decoded is not None and data[:4].tobytes() == _PNG and data[_COLOUR_TYPE] in _SEE_THROUGH:
            decoded = _on_white(cv2.imdecode(data, cv2.IMREAD_UNCHANGED), decoded)
    except cv2.error:  # a header that promises more pixels than OpenCV allows
        decoded = None
    if decoded is None:
        raise RowError("unreadable_image", f"{path}: {data.size} bytes that are no picture, or a cut-off one; make the picture again")
    return from_bgr(decoded, str(path))


def from_bgr(bgr: Bytes, name: str = "picture") -> Picture:
    """Prepares a decoded picture (height, width, 3), blue first as OpenCV decodes; `name` is for the error only."""
    import cv2

    height, width = bgr.shape[:2]
    if min(height, width) < SMALLEST:
        raise RowError("unreadable_image", f"{name}: only {width} x {height} pixels, nothing can be judged below {SMALLEST}; make a larger picture")
    scale = WORK_SIZE / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(bgr, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    lab = cv2.cvtColor(small.astype(np.float32) / np.float32(255), cv2.COLOR_BGR2LAB)
    grey = cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY)
    return Picture(bgr, np.asarray(grey, dtype=np.uint8), np.asarray(lab, dtype=np.float32), width, height)


def _bytes_of(decoded: object) -> Bytes | None:
    return None if decoded is None else np.asarray(decoded, dtype=np.uint8)


def _on_white(decoded: object, plain: Bytes) -> Bytes:
    """Lays a picture with transparency on white, as shops show it: what lies below the transparent pixels is often black."""
    unchanged = np.asarray(decoded)
    if unchanged.ndim != 3 or unchanged.shape[2] != 4:
        return plain
    cover = unchanged[..., 3:].astype(np.float32) / np.float32(np.iinfo(unchanged.dtype).max)
    return np.asarray(np.round(plain * cover + 255 * (1 - cover)), dtype=np.uint8)
