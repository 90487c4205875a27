"""Tied bows."""

from __future__ import annotations

import numpy as np

from nkd_pipeline.sketch.drawing import Drawing
from nkd_pipeline.sketch.garments import cloths
from nkd_pipeline.sketch.geometry import curve, moved, rotated, sided
from nkd_pipeline.sketch.spec import GarmentSpec


def bow(spec: GarmentSpec, d: Drawing, x: float, y: float, size: float) -> None:
    """A tied bow with two ends."""
    cloth = cloths.trim(spec) if spec.contrasting else cloths.plain(spec)
    loop = curve((0, 0), (0.5, -0.55, 1), (1.0, -0.42), (1.05, 0.1, 1), (0.95, 0.35), (0.5, 0.35, 1), (0, 0.05)) * size
    tail = np.array([(0.0, 0.0), (0.35, 0.1), (0.85, 1.25), (0.6, 1.2), (0.45, 1.3)]) * size
    for side in (-1, 1):
        d.part(moved(rotated(sided(tail, side), 0.0), x, y), cloth, edge=0.012, contact=0.6, form=0)
        d.part(moved(sided(loop, side), x, y), cloth, edge=0.02, contact=0.6, form=0)
    d.part(moved(np.array([(-0.16, -0.2), (0.16, -0.2), (0.16, 0.22), (-0.16, 0.22)]) * size, x, y), cloth, edge=0.012, contact=0.6, form=0)
