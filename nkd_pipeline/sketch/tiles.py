"""Repeating pictures of cloth: a tile is drawn once and laid over every part, turned with the part's grain."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from nkd_pipeline.sketch.canvas import Box, Canvas, Colours, Plane


@dataclass(frozen=True, eq=False, slots=True)
class Tile:
    """Pixels that repeat every `period` units (x, y); the tile's middle lies at the part's pivot."""

    pixels: Plane | Colours
    period: tuple[float, float]


def laid(canvas: Canvas, tile: Tile, box: Box, grain: float, pivot: tuple[float, float]) -> Colours:
    """The tile repeated over the box."""
    height, width = tile.pixels.shape[:2]
    to_units = np.linalg.inv(np.vstack([canvas.to_pixels, [0, 0, 1]]))
    c, s = np.cos(grain), np.sin(grain)
    to_cloth = np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]]) @ np.array([[1, 0, -pivot[0]], [0, 1, -pivot[1]], [0, 0, 1]])
    per_unit = np.array([[width / tile.period[0], 0, width / 2], [0, height / tile.period[1], height / 2], [0, 0, 1]])
    from_box = np.array([[1, 0, box.left], [0, 1, box.top], [0, 0, 1]])
    matrix = (per_unit @ to_cloth @ to_units @ from_box)[:2]
    return np.asarray(
        cv2.warpAffine(tile.pixels, matrix, (box.width, box.height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_WRAP),
        dtype=np.float32,
    )


def axes(size: int) -> tuple[Plane, Plane]:
    """Columns and rows of a square tile as fractions 0..1."""
    line = (np.arange(size, dtype=np.float32) + 0.5) / size
    return line[None, :], line[:, None]


def smooth_noise(rng: np.random.Generator, size: int, blur: tuple[float, float]) -> Plane:
    """Noise of mean 0 and deviation 1 that repeats seamlessly, blurred by (x, y) pixels."""
    noise: Plane = rng.standard_normal((size, size), dtype=np.float32)
    if max(blur) > 0:
        pad = min(size, int(3 * max(blur)) + 1)
        wide = cv2.GaussianBlur(np.pad(noise, pad, mode="wrap"), (0, 0), max(0.1, blur[0]), sigmaY=max(0.1, blur[1]))
        noise = wide[pad : pad + size, pad : pad + size]
    return np.asarray((noise - noise.mean()) / (noise.std() + 1e-6), dtype=np.float32)
