"""Abstract graphics for prints whose motif nobody names: the same words always give the same emblem."""

from __future__ import annotations

import zlib

import numpy as np

from nkd_pipeline.sketch.colour import mixed
from nkd_pipeline.sketch.geometry import Points, curve, ellipse, moved, ribbon, rotated, spline
from nkd_pipeline.sketch.spec import RGB

Shape = tuple[Points, RGB]  # outline around (0, 0) within -.5..+.5


def emblem(words: str, main: RGB, ground: RGB, seed: int) -> list[Shape]:
    """One of several designs, chosen by the words and varied by the seed."""
    designs = (_retro_sun, _peaks, _circles, _strokes, _waves, _badge)
    rng = np.random.default_rng([zlib.crc32(words.encode()), seed])
    return designs[zlib.crc32(words.encode()) % len(designs)](main, ground, rng)


def _retro_sun(main: RGB, ground: RGB, rng: np.random.Generator) -> list[Shape]:
    """A disc cut by widening bands."""
    shapes: list[Shape] = [(ellipse(0, 0, 0.42, 0.42, 60), main)]
    edges = np.linspace(-0.02, 0.40, 6) + float(rng.uniform(-0.015, 0.015))
    for i, y in enumerate(edges):
        reach, low = float(np.sqrt(max(0.0, 0.43**2 - y**2))), y + 0.014 + 0.007 * i
        shapes.append((np.array([(-reach, y), (reach, y), (reach, low), (-reach, low)]), ground))
    return shapes


def _peaks(main: RGB, ground: RGB, rng: np.random.Generator) -> list[Shape]:
    """Overlapping triangles."""
    tones = (mixed(main, ground, 0.55), mixed(main, ground, 0.28), main)
    places = ((-0.17, 0.36), (0.19, 0.30), (0.0, 0.45))
    return [
        (np.array([(x - 0.30, 0.36), (x + 0.30, 0.36), (x + float(rng.uniform(-0.03, 0.03)), 0.36 - height * 1.65)]), tone)
        for (x, height), tone in zip(places, tones, strict=True)
    ]


def _circles(main: RGB, ground: RGB, rng: np.random.Generator) -> list[Shape]:
    """Three rings that overlap."""
    turn = float(rng.uniform(0, 2))
    shapes: list[Shape] = []
    for i in range(3):
        x, y = 0.2 * np.cos(turn + i * 2.09), 0.2 * np.sin(turn + i * 2.09)
        tone = mixed(main, ground, 0.25 * i)
        ring = ellipse(x, y, 0.25, 0.25, 50)
        shapes.append((ribbon(np.concatenate([ring, ring[:1]]), 0.055), tone))
    return shapes


def _strokes(main: RGB, ground: RGB, rng: np.random.Generator) -> list[Shape]:
    """Broad slanting brush strokes."""
    shapes: list[Shape] = []
    for i, y in enumerate(np.linspace(-0.32, 0.32, 4)):
        reach = 0.46 - 0.5 * abs(y) + float(rng.uniform(-0.04, 0.04))
        line = curve((-reach, y + 0.09), (-0.1, y - 0.05, 1), (0.1, y + 0.06, 1), (reach, y - 0.09), steps=16)
        width = 0.125 * np.sin(np.linspace(0.35, np.pi - 0.25, len(line)))
        shapes.append((ribbon(line, width), mixed(main, ground, 0.3 * (i % 2))))
    return shapes


def _waves(main: RGB, ground: RGB, rng: np.random.Generator) -> list[Shape]:
    """Wavy lines inside a circle."""
    shapes: list[Shape] = []
    phase = float(rng.uniform(0, 6))
    for y in np.linspace(-0.36, 0.36, 7):
        reach = float(np.sqrt(0.44**2 - y**2))
        x = np.linspace(-reach, reach, 40)
        shapes.append((ribbon(np.column_stack([x, y + 0.028 * np.sin(14 * x + phase)]), 0.05), main if abs(y) < 0.2 else mixed(main, ground, 0.3)))
    return shapes


def _badge(main: RGB, ground: RGB, rng: np.random.Generator) -> list[Shape]:
    """A sunburst with a star inside."""
    rays = int(rng.integers(14, 20))
    t = np.linspace(0, 2 * np.pi, 2 * rays, endpoint=False)
    burst = np.column_stack([np.sin(t), -np.cos(t)]) * np.where(np.arange(2 * rays) % 2 == 0, 0.48, 0.42)[:, None]
    t = np.linspace(0, 2 * np.pi, 10, endpoint=False)
    star = np.column_stack([np.sin(t), -np.cos(t)]) * np.where(np.arange(10) % 2 == 0, 0.24, 0.10)[:, None]
    return [(burst, main), (ellipse(0, 0, 0.35, 0.35), ground), (star, main)]


def sprig(main: RGB, ground: RGB) -> list[Shape]:
    """A small leafy branch, what an all-over print without a named motif repeats."""
    leaf = spline([(0.0, 0.0), (0.07, -0.055), (0.20, 0.0), (0.07, 0.055)])
    shapes: list[Shape] = [(ribbon(np.array([(0.0, 0.42), (0.02, 0.0), (0.0, -0.30)]), 0.022), main)]
    for i, y in enumerate((0.26, 0.08, -0.10)):
        tone = mixed(main, ground, 0.25 * (i % 2))
        shapes.append((moved(rotated(leaf * 1.15, -0.6), 0.01, y), main))
        shapes.append((moved(rotated(leaf * 1.15, np.pi + 0.6), 0.01, y + 0.04), tone))
    return [*shapes, (moved(rotated(leaf * 1.2, -np.pi / 2), 0.0, -0.26), main)]
