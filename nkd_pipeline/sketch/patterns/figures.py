"""Patterns made of scattered figures."""

from __future__ import annotations

import numpy as np

from nkd_pipeline.sketch.colour import mixed, on, shaded
from nkd_pipeline.sketch.emblems import sprig
from nkd_pipeline.sketch.geometry import Points, ellipse, moved, rotated, spline
from nkd_pipeline.sketch.motifs import resolved, shapes_of
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
    return rotated(moved(spline(half, steps=4) * length, x, y), turn, (x, y))


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
    """Palm fronds and hibiscus blossoms."""
    greens = ((34, 108, 74), (70, 146, 88), (24, 84, 66))
    for i, (x, y, turn) in enumerate(((0.08, 0.34, -0.75), (0.62, 0.40, -2.2), (0.30, 0.95, -0.9), (0.96, 0.90, -2.0))):
        stem = np.array([np.cos(turn), np.sin(turn)])
        for k in np.linspace(0.05, 1, 8):
            foot = np.array([x, y]) + stem * 0.36 * k
            for side in (-1, 1):
                swatch.shape(
                    _leaf(foot[0], foot[1], 0.05 + 0.15 * np.sin(np.pi * (0.18 + 0.75 * k)), turn + side * (1.05 - 0.45 * k), 0.11), greens[i % 3]
                )
    for i, (x, y) in enumerate(((0.50, 0.66), (0.92, 0.18))):
        petal = swatch.inks.several[i % len(swatch.inks.several)]
        swatch.shape(_blossom(x, y, 0.115, 5, 0.4 + i), petal)
        swatch.shape(_blossom(x, y, 0.05, 5, 0.4 + i), shaded(petal, 0.7))
        swatch.shape(ellipse(x, y, 0.022, 0.022), POLLEN)


def paisley(swatch: Swatch) -> None:
    """Curved drops, each with an inner drop and a row of dots, between small flowers."""
    t = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    # a drop whose point bends over: a circle drawn out and turned more the further it reaches
    radius = 0.15 + 0.17 * np.abs(np.cos((t + np.pi / 2) / 2)) ** 9
    bend = 1.5 * (radius - 0.15) / 0.17
    drop = np.column_stack([radius * np.cos(t - bend), radius * np.sin(t - bend)])
    for x, y, turn in ((0.27, 0.30, 0.5), (0.77, 0.80, 3.6)):
        for scale, rgb in ((1.0, swatch.inks.first), (0.72, swatch.inks.ground), (0.52, swatch.inks.third)):
            swatch.shape(moved(rotated(drop * scale, turn), x, y), rgb)
        for k in np.arange(8) * np.pi / 4:
            swatch.shape(ellipse(x + 0.20 * np.cos(k), y + 0.20 * np.sin(k), 0.014, 0.014), swatch.inks.second)
        swatch.shape(ellipse(x, y, 0.035, 0.035), swatch.inks.ground)
    for x, y in ((0.75, 0.25), (0.25, 0.80)):
        swatch.shape(_blossom(x, y, 0.10, 6, 0.3), swatch.inks.second)
        swatch.shape(ellipse(x, y, 0.035, 0.035), swatch.inks.first)


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
    """The article's motif over and over, or small branches when it names none that can be drawn."""
    ground = swatch.inks.ground
    for i, (x, y, size) in enumerate(((0.27, 0.27, 0.44), (0.77, 0.75, 0.44))):
        turn = float(swatch.rng.uniform(-0.25, 0.25))
        ink = swatch.inks.several[i % len(swatch.inks.several)]
        for outline, rgb in shapes_of(swatch.motif, ink, ground) if resolved(swatch.motif) else sprig(ink, ground):
            swatch.shape(moved(rotated(outline * size, turn), x, y), rgb)
    for i, (x, y) in enumerate(((0.77, 0.24), (0.25, 0.76))):
        swatch.shape(ellipse(x, y, 0.035, 0.035), swatch.inks.several[(i + 1) % len(swatch.inks.several)])
