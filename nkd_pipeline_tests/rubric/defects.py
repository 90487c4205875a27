"""Planted defects: what a judge of pictures must find. Each takes a picture (height, width, 3) of bytes and returns a damaged copy."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import cv2
import numpy as np

Damage = Callable[[np.ndarray], np.ndarray]


def moved(image: np.ndarray, turn: float = 0.0, across: float = 0.0, down: float = 0.0, scale: float = 1.0) -> np.ndarray:
    """Turns by degrees (clockwise), shifts by shares of the side and scales, over the background's own colour."""
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -turn, scale)
    matrix[:, 2] += [across * width, down * height]
    smooth = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return cv2.warpAffine(image, matrix, (width, height), flags=smooth, borderMode=cv2.BORDER_REPLICATE)


def behind(image: np.ndarray) -> np.ndarray:
    """Returns where the background is: what can be reached from the corners without crossing an outline, soft shadow included."""
    height, width = image.shape[:2]
    seen = np.zeros((height + 2, width + 2), dtype=np.uint8)
    for corner in ((0, 0), (width - 1, 0), (0, height - 1), (width - 1, height - 1)):
        cv2.floodFill(image.copy(), seen, corner, 0, (2, 2, 2), (2, 2, 2), 4 | cv2.FLOODFILL_MASK_ONLY | (1 << 8))
    return seen[1:-1, 1:-1] > 0


def shaded_background(image: np.ndarray, light: np.ndarray | float, tint: tuple[float, float, float] = (1, 1, 1)) -> np.ndarray:
    """Multiplies the background by a lightness (one number, or one for each column) and a tint for each channel."""
    factor = np.broadcast_to(np.asarray(light, dtype=np.float32), image.shape[:2])[..., None] * np.float32(tint)
    return np.where(behind(image)[..., None], np.clip(image * factor, 0, 255), image).astype(np.uint8)


def gradient_background(image: np.ndarray, darkest: float = 0.65) -> np.ndarray:
    return shaded_background(image, np.linspace(darkest, 1, image.shape[1]))


def with_second_object(image: np.ndarray, size: float = 0.16) -> np.ndarray:
    """Puts a small copy of the garment into the lower left corner."""
    small = cv2.resize(image, None, fx=size, fy=size, interpolation=cv2.INTER_AREA)
    side, wide = small.shape[:2]
    damaged = moved(image, scale=0.75, across=0.045)
    place = damaged[-side - 4 : -4, 4 : 4 + wide]
    place[:] = np.where(behind(small)[..., None], place, small)
    return damaged


def busy_background(image: np.ndarray) -> np.ndarray:
    """Lays a wallpaper of diagonal stripes behind the garment."""
    y, x = np.mgrid[0 : image.shape[0], 0 : image.shape[1]]
    return shaded_background(image, np.where((x + y) // 24 % 2 == 0, 0.75, 1.0))


DEFECTS: dict[str, tuple[str, Damage]] = {
    "grey background": ("background_isolation", partial(shaded_background, light=0.72)),
    "tinted background": ("background_isolation", partial(shaded_background, light=1.0, tint=(0.8, 0.92, 1.0))),
    "gradient background": ("background_isolation", gradient_background),
    "busy background": ("background_isolation", busy_background),
    "second object": ("background_isolation", with_second_object),
    "tilt 12": ("pose_framing", partial(moved, turn=-12, scale=0.85)),
    "tilt 6": ("pose_framing", partial(moved, turn=6, scale=0.9)),
    "cropped": ("pose_framing", partial(moved, scale=1.45)),
    "cropped at a side": ("pose_framing", partial(moved, across=0.3)),
    "off centre": ("pose_framing", partial(moved, across=0.10, down=-0.08, scale=0.7)),
    "too small": ("pose_framing", partial(moved, scale=0.45)),
    "blurred": ("realism", lambda image: cv2.GaussianBlur(image, (0, 0), 3)),
}
UPRIGHT_ONLY = ("tilt 12", "tilt 6")
