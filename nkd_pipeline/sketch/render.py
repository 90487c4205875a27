"""One garment specification becomes one picture."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from nkd_pipeline.sketch.canvas import Canvas, Placement
from nkd_pipeline.sketch.colour import grey_of_lightness
from nkd_pipeline.sketch.drawing import Drawing
from nkd_pipeline.sketch.garments import GARMENTS
from nkd_pipeline.sketch.painter import Painter
from nkd_pipeline.sketch.spec import GarmentSpec

FILLS = (0.80, 0.83)  # share of the picture's width and height that the garment may fill
LARGEST_TURN = 0.012  # radians; pictures of hand-laid garments are never quite straight


def render(spec: GarmentSpec, size: int = 1024) -> NDArray[np.uint8]:
    """Draws the garment on a studio background: RGB, `size` by `size` pixels. The same spec gives the same bytes.

    Raises KeyError when the kind is not in GARMENTS.
    """
    cv2.setNumThreads(1)  # pictures are drawn in several processes; threads inside each would only get in each other's way
    drawing = Drawing(np.random.default_rng([spec.seed, 1]))
    GARMENTS[spec.kind](spec, drawing)
    grey = grey_of_lightness(spec.background)
    canvas = Canvas(size, _placed(drawing, size), (grey, grey, grey))
    _vignette(canvas)
    Painter(canvas, drawing, spec.cloth, spec.seed).paint()
    return canvas.finished()


def _placed(drawing: Drawing, size: int) -> Placement:
    """The largest scale at which the garment keeps its margin, a slight turn, and its middle in the middle."""
    low, high = drawing.extent()
    width, height = high - low
    scale = min(FILLS[0] / width, FILLS[1] / height) * size * float(drawing.rng.uniform(0.975, 1.0))
    turn = float(drawing.rng.uniform(-LARGEST_TURN, LARGEST_TURN))
    return Placement(scale, turn, (float(low[0] + high[0]) / 2, float(low[1] + high[1]) / 2 + 0.01))


def _vignette(canvas: Canvas) -> None:
    """The background grows a little darker away from the lamp."""
    line = (np.arange(24, dtype=np.float32) + 0.5) / 24
    light = 1 - 0.010 * np.hypot(line[None, :] - 0.45, line[:, None] - 0.4)
    full = cv2.resize(light, (canvas.size, canvas.size), interpolation=cv2.INTER_LINEAR)
    cv2.multiply(canvas.picture, cv2.merge((full, full, full)), dst=canvas.picture)
