"""Hoods, their drawstrings and fur."""

from __future__ import annotations

import numpy as np

from nkd_pipeline.sketch.drawing import Drawing
from nkd_pipeline.sketch.garments import cloths
from nkd_pipeline.sketch.garments.bodice import Bodice
from nkd_pipeline.sketch.garments.cuts import NECK_Y
from nkd_pipeline.sketch.geometry import Points, curve, offset, sided, symmetric
from nkd_pipeline.sketch.spec import Cloth, GarmentSpec


def fur_roll(spec: GarmentSpec, d: Drawing, line: Points) -> None:
    """A tuft-edged roll along a half line."""
    cloth: Cloth = cloths.of((196, 176, 150) if not spec.contrasting else spec.trim, "teddy")
    roll = np.concatenate([offset(line, 0.05), offset(line, -0.05)[::-1]])
    tufts = roll + d.rng.normal(0, 0.006, roll.shape)
    for _, outline in d.both(tufts):
        d.part(outline, cloth, edge=0.035, contact=0.8, form=0)


def hood(spec: GarmentSpec, d: Drawing, b: Bodice) -> None:
    """A hood lying back, seen from the front: dark opening, two front pieces, drawstrings unless it is a coat's."""
    w = b.neck.width
    top = NECK_Y - 0.25
    shell = curve((0, top - 0.055), (0.17, top - 0.06, 1), (0.275, top + 0.11, 1), (0.25, NECK_Y + 0.05), (0.10, NECK_Y + 0.12), (0, NECK_Y + 0.12))
    d.part(symmetric(shell), spec.cloth, edge=0.06, contact=0.2)
    inner = curve((0, top + 0.01), (0.115, top + 0.01, 1), (0.175, top + 0.15, 1), (w - 0.01, NECK_Y + 0.06), (0, b.front + 0.05))
    lining = cloths.trim(spec) if spec.contrasting and spec.has("contrast hood", "contrast lining") else cloths.lining(spec)
    d.part(symmetric(inner), lining, shade=0.58, contact=0.0, edge=0.07)
    leaf = curve(
        (0.0, b.front + 0.06),
        (0.095, NECK_Y + 0.07, 1),
        (0.145, NECK_Y - 0.09, 1),
        (0.105, top + 0.045),
        (0.225, top - 0.03, 1),
        (0.305, NECK_Y - 0.07, 1),
        (w + 0.10, NECK_Y + 0.075),
        (w + 0.01, NECK_Y + 0.16),
        (0.0, b.front + 0.06),
    )
    for side, outline in d.both(leaf):
        folds = (
            (0.15 * side, NECK_Y + 0.10, 0.25 * side, NECK_Y - 0.12, 0.022, 0.013),
            (0.21 * side, NECK_Y + 0.1, 0.24 * side, top + 0.06, 0.03, 0.009),
        )
        d.part(outline, spec.cloth, folds=folds, edge=0.032, contact=0.6, form=0)
    if spec.has("fur"):
        fur_roll(spec, d, curve((0.09, b.front - 0.02), (0.17, NECK_Y - 0.08, 1), (0.16, top + 0.03, 1), (0, top - 0.01)))
    if spec.kind in ("hoodie", "sweatshirt", "dress", "joggers", "romper"):
        drawstrings(spec, d, b.front + 0.035)


def drawstrings(spec: GarmentSpec, d: Drawing, y: float, length: float = 0.36) -> None:
    """Two hanging cords with eyelets and knotted ends."""
    for side in (-1, 1):
        swing = d.vary(0.012, 0.014)
        line = sided(curve((0.068, y), (0.080, y + length * 0.6, 1), (0.074 + swing, y + length)), side)
        d.cord(line, 0.014, cloths.cord(spec))
        d.cord(line[-2:] + np.array([(0, 0.0), (0, 0.03)]), 0.018, cloths.cord(spec))
        d.button(0.068 * side, y, 0.014, cloths.NICKEL, "metal")
