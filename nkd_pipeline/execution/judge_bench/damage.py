"""Damage to finished pictures. Each function takes RGB bytes (height, width, 3) and returns a damaged copy of the same size."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


def moved(image: Pixels, turn: float = 0.0, across: float = 0.0, down: float = 0.0, scale: float = 1.0) -> Pixels:
    """Turned by degrees (clockwise), shifted by shares of the side and scaled, over the background's own colour."""
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -turn, scale)
    matrix[:, 2] += [across * width, down * height]
    smooth = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.warpAffine(image, matrix, (width, height), flags=smooth, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def behind(image: Pixels) -> NDArray[np.bool_]:
    """Where the background is: what can be reached from the corners without crossing an outline, soft shadow included."""
    height, width = image.shape[:2]
    seen = np.zeros((height + 2, width + 2), dtype=np.uint8)
    for corner in ((0, 0), (width - 1, 0), (0, height - 1), (width - 1, height - 1)):
        cv2.floodFill(image.copy(), seen, corner, 0, (2, 2, 2), (2, 2, 2), 4 | cv2.FLOODFILL_MASK_ONLY | (1 << 8))
    return seen[1:-1, 1:-1] > 0


def shaded_background(image: Pixels, light: NDArray[np.float64] | float, tint: tuple[float, float, float] = (1, 1, 1)) -> Pixels:
    """The background times a lightness (one number, or one for each column) and a tint for each channel."""
    factor = np.broadcast_to(np.asarray(light, dtype=np.float32), image.shape[:2])[..., None] * np.asarray(tint, dtype=np.float32)
    return np.where(behind(image)[..., None], np.clip(image * factor, 0, 255), image).astype(np.uint8)


def gradient_background(image: Pixels, darkest: float = 0.65) -> Pixels:
    """A background that grows darker towards the left."""
    return shaded_background(image, np.linspace(darkest, 1, image.shape[1]))


def with_second_object(image: Pixels, size: float = 0.16) -> Pixels:
    """A small copy of the garment in the lower left corner."""
    small = np.asarray(cv2.resize(image, None, fx=size, fy=size, interpolation=cv2.INTER_AREA), np.uint8)
    side, wide = small.shape[:2]
    damaged = moved(image, scale=0.75, across=0.045)
    place = damaged[-side - 4 : -4, 4 : 4 + wide]
    place[:] = np.where(behind(small)[..., None], place, small)
    return damaged


def faded(image: Pixels, contrast: float) -> Pixels:
    """The garment bleached towards the background, so that its outline nearly disappears: white on white, overexposed."""
    background = np.median(image[behind(image)], axis=0)
    return np.asarray(np.clip(background + (image.astype(np.float32) - background) * contrast, 0, 255), np.uint8)


def blurred(image: Pixels, share: float) -> Pixels:
    """Out of focus: a Gaussian whose standard deviation is a share of the side."""
    return np.asarray(cv2.GaussianBlur(image, (0, 0), share * image.shape[0]), np.uint8)
