"""Plain drawn garments for checks of single measures: an outline, seams, folds, a soft shadow on a studio background."""

from __future__ import annotations

import cv2
import numpy as np

from nkd_pipeline.records import Attributes, Prompt
from nkd_pipeline.text.colours import named_colours

SIZE = 640
HALVES = {  # right halves in units of half the picture, from the neck down
    "t-shirt": [(0, -0.66), (0.2, -0.72), (0.42, -0.66), (0.8, -0.36), (0.66, -0.14), (0.46, -0.26), (0.46, 0.74), (0, 0.74)],
    "trousers": [(0, -0.8), (0.34, -0.8), (0.42, 0.8), (0.12, 0.8), (0, -0.2)],
    "dress": [(0, -0.7), (0.14, -0.8), (0.3, -0.78), (0.26, -0.2), (0.6, 0.8), (0, 0.8)],
}


def outline(kind: str) -> np.ndarray:
    half = np.array(HALVES[kind])
    return np.round((np.concatenate([half, half[::-1] * [-1, 1]]) + 1) / 2 * SIZE).astype(np.int32)


def draw(kind: str = "t-shirt", colour: str = "blue", second: str = "", background: int = 250) -> np.ndarray:
    """Returns blue-green-red bytes; `second` adds horizontal stripes of that colour."""
    shape = np.zeros((SIZE, SIZE), dtype=np.uint8)
    cv2.fillPoly(shape, [outline(kind)], 255, cv2.LINE_AA)
    alpha = shape[..., None].astype(np.float32) / 255
    y, x = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    cloth = np.broadcast_to(np.float32(named_colours()[colour].rgb), (SIZE, SIZE, 3))
    if second:
        cloth = np.where((y // 36 % 2 == 0)[..., None], cloth, np.float32(named_colours()[second].rgb))
    edge = np.clip(cv2.distanceTransform(shape, cv2.DIST_L2, 5) / 14, 0, 1)
    shading = (0.78 + 0.22 * edge) * (1 + 0.05 * np.sin(x / 31 + y / 47))
    seams = np.ones((SIZE, SIZE), dtype=np.float32)
    cv2.polylines(seams, [outline(kind)], True, 0.8, 2, cv2.LINE_AA)
    for height in (0.2, 0.66):
        cv2.line(seams, (0, round(SIZE * (1 + height) / 2)), (SIZE, round(SIZE * (1 + height) / 2)), 0.85, 1, cv2.LINE_AA)
    shadow = cv2.GaussianBlur(np.roll(shape, (7, 4), (0, 1)), (0, 0), 11).astype(np.float32) / 255
    studio = (background * (1 - 0.1 * shadow))[..., None] * np.ones(3, np.float32)
    rgb = studio * (1 - alpha) + cloth * (shading * seams)[..., None] * alpha
    return np.ascontiguousarray(np.clip(rgb, 0, 255).astype(np.uint8)[..., ::-1])


def prompt(*colours: str, background: str = "white") -> Prompt:
    return Prompt("a1", "", "", "", 0, background, colours, 1.0, 0, ())


def attributes(kind: str = "t-shirt", **more) -> Attributes:
    return Attributes("a1", more.pop("garment", kind), kind, "women", **more)
