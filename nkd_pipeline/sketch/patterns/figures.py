"""Patterns made of scattered figures."""

from __future__ import annotations

import numpy as np

from nkd_pipeline.sketch.colour import mixed, on, shaded
from nkd_pipeline.sketch.geometry import Points, ellipse, rotated, spline
from nkd_pipeline.sketch.motifs import shapes_of
from nkd_pipeline.sketch.patterns.swatch import Swatch
from nkd_pipeline.sketch.spec import RGB

LEAF_GREENS: tuple[RGB, RGB] = ((74, 128, 74), (120, 160, 84))
POLLEN: RGB = (246, 200, 66)


def dotted(swatch: Swatch) -> None:
    """Dots in quincunx."""
    for i, (x, y) in enumerate(((0.25, 0.25), (0.75, 0.75))):
        swatch.shape(ellipse(x, y, 0.135, 0.135), swatch.inks.several[i % len(swatch.inks.several)])


def _blossom(x: float, y: float, radius: float, petals: int, turn: float) -> Points:
    t = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    r = radius * (0.72 + 0.28 * np.abs(np.cos(petals * t / 2)) ** 0.6 * 2 - 0.28)
    return np.column_stack([x + r * np.cos(t + turn), y + r * np.sin(t + turn)])


def _leaf(x: float, y: float, length: float, turn: float, width: float = 0.34) -> Points:
    half = [(0, 0), (0.3, -width * 0.8), (0.65, -width * 0.7), (1, 0), (0.65, width * 0.7), (0.3, width * 0.8)]
    return rotated(spline(half, steps=4) * length + (x, y), turn, (x, y))


def floral(swatch: Swatch) -> None:
    """Blossoms of two sizes with leaves."""
    inks, rng = swatch.inks, swatch.rng
    places = ((0.24, 0.22, 0.165), (0.74, 0.34, 0.11), (0.30, 0.72, 0.12), (0.76, 0.80, 0.165))
    greens = [on(inks.ground, green) if green == LEAF_GREENS[0] else green for green in LEAF_GREENS]
    for i, (x, y, radius) in enumerate(places):
        turn = float(rng.uniform(0, 6.28))
        for k in (0.6, 2.9):
            swatch.shape(_leaf(x, y, radius * 1.75, turn + k), greens[i % 2])
    for i, (x, y, radius) in enumerate(places):
        petal = inks.several[i % len(inks.several)]
        swatch.shape(_blossom(x, y, radius, 5, float(rng.uniform(0, 6.28))), petal)
        swatch.shape(_blossom(x, y, radius * 0.55, 5, float(rng.uniform(0, 6.28))), mixed(petal, (255, 255, 255), 0.25))
        swatch.shape(ellipse(x, y, radius * 0.27, radius * 0.27), POLLEN if i % 2 == 0 else shaded(petal, 0.6))


def tropical(swatch: Swatch) -> None:
    """Palm fronds, monstera leaves and a hibiscus."""
    greens = ((34, 108, 74), (70, 146, 88), (24, 84, 66))
    for i, (x, y, turn) in enumerate(((0.16, 0.26, -0.5), (0.70, 0.16, 0.9), (0.40, 0.70, 2.6), (0.92, 0.68, -2.2))):
        stem = np.array([np.cos(turn), np.sin(turn)])
        for k in np.linspace(0.1, 1, 7):
            for side in (-1, 1):
                foot = np.array([x, y]) + stem * 0.34 * k
                swatch.shape(_leaf(foot[0], foot[1], 0.19 * (1.1 - 0.6 * k), turn + side * 0.75, 0.2), greens[i % 3])
    for i, (x, y) in enumerate(((0.45, 0.36), (0.9, 0.93))):
        petal = swatch.inks.several[i % len(swatch.inks.several)]
        swatch.shape(_blossom(x, y, 0.13, 5, 0.4 + i), petal)
        swatch.shape(ellipse(x, y, 0.03, 0.03), POLLEN)


def paisley(swatch: Swatch) -> None:
    """Curved drops with an inner drop and a ring of dots."""
    drop = np.array([(0, -0.30), (0.13, -0.24), (0.10, -0.10), (0.17, 0.06), (0.08, 0.22), (-0.09, 0.22), (-0.17, 0.06), (-0.10, -0.10), (-0.02, -0.18)])
    for i, (x, y, turn) in enumerate(((0.27, 0.3, 0.3), (0.76, 0.78, 3.5))):
        for scale, rgb in ((0.95, swatch.inks.first), (0.68, swatch.inks.ground), (0.45, swatch.inks.third)):
            swatch.shape(rotated(spline(drop) * scale, turn) + (x, y + 0.02 * i), rgb)
    for x, y in ((0.75, 0.25), (0.25, 0.78)):
        swatch.shape(ellipse(x, y, 0.05, 0.05), swatch.inks.first)
        for t in np.arange(6) * np.pi / 3:
            swatch.shape(ellipse(x + 0.1 * np.cos(t), y + 0.1 * np.sin(t), 0.022, 0.022), swatch.inks.second)


def geometric(swatch: Swatch) -> None:
    """Triangles point to point."""
    several = swatch.inks.several
    for i, (x, y) in enumerate(((0.0, 0.0), (0.5, 0.5))):
        swatch.shape(np.array([(x + 0.06, y + 0.45), (x + 0.44, y + 0.45), (x + 0.25, y + 0.08)]), several[i % len(several)])
    for x, y in ((0.5, 0.0), (0.0, 0.5)):
        swatch.shape(np.array([(x + 0.14, y + 0.25), (x + 0.25, y + 0.36), (x + 0.36, y + 0.25), (x + 0.25, y + 0.14)]), swatch.inks.second)


def abstract(swatch: Swatch) -> None:
    """Loose brush shapes."""
    rng, several = swatch.rng, (*swatch.inks.several, swatch.inks.second)
    for i, (x, y) in enumerate(((0.2, 0.2), (0.68, 0.14), (0.4, 0.55), (0.86, 0.5), (0.16, 0.82), (0.64, 0.85))):
        turns = np.arange(8) * np.pi / 4
        radii = rng.uniform(0.07, 0.16, 8)
        blob = np.column_stack([x + 1.3 * radii * np.cos(turns), y + 0.8 * radii * np.sin(turns)])
        swatch.shape(rotated(spline(blob), float(rng.uniform(0, 3)), (x, y)), several[i % len(several)])


def motifs(swatch: Swatch) -> None:
    """The article's motif over and over, or small emblems when it names none."""
    ground = swatch.inks.ground
    for i, (x, y, size) in enumerate(((0.27, 0.27, 0.44), (0.77, 0.75, 0.44))):
        turn = float(swatch.rng.uniform(-0.25, 0.25))
        for outline, rgb in shapes_of(swatch.motif, swatch.inks.several[i % len(swatch.inks.several)], ground, seed=i):
            swatch.shape(rotated(outline * size, turn) + (x, y), rgb)
    for i, (x, y) in enumerate(((0.77, 0.24), (0.25, 0.76))):
        swatch.shape(ellipse(x, y, 0.035, 0.035), swatch.inks.several[(i + 1) % len(swatch.inks.several)])
