"""Patterns without straight lines or figures: melange, animal skins, dye."""

from __future__ import annotations

import numpy as np

from nkd_pipeline.sketch.canvas import Plane
from nkd_pipeline.sketch.colour import luminance, mixed, shaded
from nkd_pipeline.sketch.geometry import ellipse, rotated, spline
from nkd_pipeline.sketch.patterns.swatch import Swatch
from nkd_pipeline.sketch.tiles import smooth_noise


def _noise(swatch: Swatch, x: float, y: float) -> Plane:
    """Seamless noise blurred by fractions of the repeat."""
    size = max(swatch.width, swatch.height)
    return smooth_noise(swatch.rng, size, (x * size, y * size))[: swatch.height, : swatch.width]


def melange(swatch: Swatch) -> None:
    """Yarn of light and dark fibres: short horizontal flecks both ways around the colour, so that the colour stays."""
    ground = swatch.inks.ground
    flecks = _noise(swatch, 0.016, 0.0016)
    amount = 0.34 if luminance(ground) > 60 else 0.26
    swatch.ink(np.clip(flecks * 0.34, 0, 1) * amount * 1.4, mixed(ground, (255, 255, 255), 0.75))
    swatch.ink(np.clip(-flecks * 0.34, 0, 1) * amount * 1.4, swatch.inks.first if luminance(ground) > 60 else shaded(ground, 0.5))


def textured(swatch: Swatch) -> None:
    """Crinkled or bouclé surface in the cloth's own colour."""
    bumps = _noise(swatch, 0.012, 0.02)
    swatch.pixels *= (1 + 0.055 * bumps)[..., None]


def camouflage(swatch: Swatch) -> None:
    """Three overlapping layers of blotches."""
    inks = swatch.inks
    usual = (shaded(inks.ground, 0.7), mixed(inks.ground, (96, 70, 44), 0.6), shaded(inks.ground, 0.36))
    for level, rgb in zip((0.25, 0.55, 0.85), (*inks.several, *usual) if inks.given else usual, strict=False):
        blotch = _noise(swatch, 0.075, 0.05)
        swatch.ink(np.clip((blotch - level) * 14, 0, 1), rgb)


def leopard(swatch: Swatch) -> None:
    """Broken rings around darker spots."""
    inks, rng = swatch.inks, swatch.rng
    ring = (44, 34, 30) if luminance(inks.ground) > 90 else shaded(inks.first, 0.9)
    spot = mixed(inks.ground, inks.first if len(inks.several) > 1 else ring, 0.45)
    for row in range(5):
        for column in range(5):
            x = (column + 0.5 * (row % 2) + float(rng.uniform(-0.22, 0.22))) / 5
            y = (row + 0.5 + float(rng.uniform(-0.2, 0.2))) / 5
            radius, turn, long = float(rng.uniform(0.058, 0.085)), float(rng.uniform(0, 3.1)), float(rng.uniform(0.66, 0.9))
            swatch.shape(rotated(ellipse(x, y, radius * 0.78, radius * 0.72 * long), turn, (x, y)), spot)
            starts = np.sort(rng.uniform(0, 0.9, 3)) + np.arange(3) * 2.1
            for start in starts:
                t = start + np.linspace(0, float(rng.uniform(1.0, 1.6)), 6)
                outer = np.column_stack([x + radius * 1.08 * np.cos(t), y + long * radius * 1.08 * np.sin(t)])
                inner = np.column_stack([x + radius * 0.62 * np.cos(t), y + long * 0.58 * radius * np.sin(t)])
                swatch.shape(rotated(spline([*outer, *inner[::-1]], steps=3), turn, (x, y)), ring)


def zebra(swatch: Swatch) -> None:
    """Wandering stripes."""
    wander = 0.6 * _noise(swatch, 0.08, 0.08)
    wave = np.sin(2 * np.pi * (swatch.y * 6 + wander) + 1.6 * np.sin(2 * np.pi * swatch.x))
    swatch.ink(np.clip(wave * 5 + 0.3, 0, 1), swatch.inks.first)


def snake(swatch: Swatch) -> None:
    """Scales with dark blotches."""
    u, v = (swatch.x * 4) % 1 - 0.5, (swatch.y * 4) % 1 - 0.5
    scale = np.abs(u) + np.abs(v)
    swatch.ink(np.clip((_noise(swatch, 0.12, 0.1) - 0.2) * 2, 0, 0.85), swatch.inks.first)
    swatch.ink(np.clip((0.09 - np.abs(scale - 0.5)) * 14, 0, 1) * np.float32(0.6), shaded(swatch.inks.ground, 0.5))


def tie_dye(swatch: Swatch) -> None:
    """Rays and rings around the middle of the garment."""
    u, v = swatch.x - 0.5, swatch.y - 0.47
    radius, angle = np.hypot(u, v), np.arctan2(v, u)
    wobble = 0.018 * _noise(swatch, 0.012, 0.012) + 0.012 * np.sin(9 * angle) + 0.008 * np.sin(23 * angle + 2)
    several = swatch.inks.several if len(swatch.inks.several) > 1 else (swatch.inks.first, mixed(swatch.inks.ground, (255, 255, 255), 0.5))
    for i, rgb in enumerate(several * 2):
        centre = 0.045 + 0.06 * i
        swatch.ink(np.clip(1.2 - np.abs(radius + wobble - centre) / 0.026, 0, 1) * np.float32(0.85), rgb)


def batik(swatch: Swatch) -> None:
    """Clouds of dye with light veins."""
    swatch.ink(np.clip(_noise(swatch, 0.045, 0.045) * 0.5 + 0.1, 0, 0.75), swatch.inks.first)
    vein = np.abs(_noise(swatch, 0.05, 0.05))
    swatch.ink(np.exp(-((vein / 0.07) ** 2)) * np.float32(0.55), mixed(swatch.inks.ground, (255, 255, 255), 0.7))
