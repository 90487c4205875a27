"""What cloth is made of: each weave is a tile of brightness deviations around 0 that multiplies the colour."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nkd_pipeline.sketch.canvas import Plane
from nkd_pipeline.sketch.tiles import Tile, axes, smooth_noise

TILE_UNITS = 0.5
TWO_PI = np.float32(2 * np.pi)
Weave = Callable[[np.random.Generator, int, float], Plane]  # noise source, tile size in pixels, pixels per unit


def tile(fabric: str, unit: float, rng: np.random.Generator) -> Tile:
    """The weave's tile at this picture size. Details finer than two pixels fade out instead of flickering."""
    size = max(8, round(TILE_UNITS * unit))
    fade = float(np.clip((unit - 60) / 200, 0, 1))
    weave = WEAVES[fabric](rng, size, unit)
    return Tile((weave - weave.mean()) * np.float32(fade), (TILE_UNITS, TILE_UNITS))


def _waves(axis: Plane, width: float) -> Plane:
    """Sine across the tile with waves about `width` units wide, a whole number of them."""
    waves: Plane = np.sin(TWO_PI * max(1, round(TILE_UNITS / width)) * axis)
    return waves


def _grain(rng: np.random.Generator, size: int, unit: float, amount: float) -> Plane:
    return np.float32(amount) * smooth_noise(rng, size, (0.0012 * unit, 0.0012 * unit))


def jersey(rng: np.random.Generator, size: int, unit: float) -> Plane:
    """Fine knit: faint wales."""
    x, _ = axes(size)
    return 0.02 * _waves(x, 0.0075) + _grain(rng, size, unit, 0.016)


def woven(rng: np.random.Generator, size: int, unit: float) -> Plane:
    """Plain weave of shirts: warp and weft."""
    x, y = axes(size)
    return 0.016 * _waves(x, 0.008) + 0.016 * _waves(y, 0.008) + _grain(rng, size, unit, 0.014)


def linen(rng: np.random.Generator, size: int, unit: float) -> Plane:
    """Plain weave with thick and thin threads."""
    across, down = smooth_noise(rng, size, (0.03 * unit, 0.002 * unit)), smooth_noise(rng, size, (0.002 * unit, 0.03 * unit))
    return 0.032 * across + 0.032 * down + _grain(rng, size, unit, 0.012)


def twill(rng: np.random.Generator, size: int, unit: float) -> Plane:
    """Diagonal ribs of chinos and coats."""
    x, y = axes(size)
    return 0.03 * _waves(x + y, 0.012) + _grain(rng, size, unit, 0.02)


def denim(rng: np.random.Generator, size: int, unit: float) -> Plane:
    """Twill with uneven yarn, long streaks and white threads showing."""
    x, y = axes(size)
    slub = smooth_noise(rng, size, (0.002 * unit, 0.05 * unit))
    return 0.055 * _waves(x + y, 0.011) + 0.05 * slub + _grain(rng, size, unit, 0.045)


def knit(rng: np.random.Generator, size: int, unit: float) -> Plane:
    """Coarse stitches: columns of little Vs."""
    x, y = axes(size)
    columns = max(1, round(TILE_UNITS / 0.024))
    slant = np.abs((x * columns) % 1 - 0.5) * 2
    rows = max(1, round(TILE_UNITS / 0.022))
    gaps: Plane = 0.13 * (slant > 0.86).astype(np.float32) + 0.06 * (slant < 0.10).astype(np.float32)
    return 0.085 * np.sin(TWO_PI * (y * rows + slant * 0.55)) - gaps + 0.035 + _grain(rng, size, unit, 0.02)


def cable(rng: np.random.Generator, size: int, unit: float) -> Plane:
    """Knit with plaited cables."""
    x, y = axes(size)
    column = (x * 3) % 1 - 0.5
    twist = np.sin(TWO_PI * (y * 5))
    strand = np.maximum(np.exp(-(((column - 0.12 * twist) / 0.075) ** 2)), np.exp(-(((column + 0.12 * twist) / 0.075) ** 2)))
    return 0.55 * knit(rng, size, unit) + 0.24 * (strand - 0.35) - 0.1 * np.exp(-(((np.abs(column) - 0.3) / 0.03) ** 2))


def rib(rng: np.random.Generator, size: int, unit: float) -> Plane:
    """Ribbed cuffs and neckbands."""
    x, _ = axes(size)
    return 0.085 * _waves(x, 0.0165) + _grain(rng, size, unit, 0.015)


def corduroy(rng: np.random.Generator, size: int, unit: float) -> Plane:
    """Broad velvety ribs."""
    x, _ = axes(size)
    return 0.13 * _waves(x, 0.02) + _grain(rng, size, unit, 0.05)


def fleece(rng: np.random.Generator, size: int, unit: float) -> Plane:
    """Fluffy: clouds of short fibres."""
    return 0.05 * smooth_noise(rng, size, (0.006 * unit, 0.006 * unit)) + _grain(rng, size, unit, 0.05)


def teddy(rng: np.random.Generator, size: int, unit: float) -> Plane:
    """Curly pile, also used for fur trims."""
    return 0.13 * smooth_noise(rng, size, (0.0065 * unit, 0.0065 * unit)) + 0.05 * smooth_noise(rng, size, (0.002 * unit, 0.002 * unit))


def leather(rng: np.random.Generator, size: int, unit: float) -> Plane:
    """Smooth with fine creases."""
    crease = np.abs(smooth_noise(rng, size, (0.007 * unit, 0.007 * unit)))
    return 0.05 - 0.09 * np.exp(-((crease / 0.12) ** 2)) + _grain(rng, size, unit, 0.01)


def satin(rng: np.random.Generator, size: int, unit: float) -> Plane:
    """Smooth with a sheen that follows the thread."""
    return 0.022 * smooth_noise(rng, size, (0.004 * unit, 0.06 * unit)) + _grain(rng, size, unit, 0.006)


def lace(rng: np.random.Generator, size: int, unit: float) -> Plane:
    """Openwork flowers on a net."""
    x, y = axes(size)
    u, v = (x * 6) % 1 - 0.5, (y * 6) % 1 - 0.5
    radius, angle = np.hypot(u, v), np.arctan2(v, u)
    petals = np.exp(-(((radius - 0.27 - 0.07 * np.cos(5 * angle)) / 0.045) ** 2)) + np.exp(-((radius / 0.07) ** 2))
    net: Plane = np.maximum(_waves(x + y, 0.021), _waves(x - y, 0.021))
    openwork: Plane = 0.17 * petals + 0.05 * net - 0.10
    return openwork + _grain(rng, size, unit, 0.01)


def quilted(rng: np.random.Generator, size: int, unit: float) -> Plane:
    """Padded diamonds."""
    x, y = axes(size)
    a, b = ((x + y) * 3) % 1, ((x - y) * 3) % 1
    groove = np.minimum(np.minimum(a, 1 - a), np.minimum(b, 1 - b))
    pillow: Plane = np.cos(TWO_PI * (a - 0.35)) * 0.045 + np.cos(TWO_PI * (b + 0.1)) * 0.02
    diamonds: Plane = pillow - 0.20 * np.exp(-((groove / 0.022) ** 2)) + 0.02
    return diamonds + _grain(rng, size, unit, 0.01)


def padded(rng: np.random.Generator, size: int, unit: float) -> Plane:
    """Down jackets: horizontal channels, puffed between their seams and puckered along them."""
    _, y = axes(size)
    channel = (y * 4 + 0.012 * smooth_noise(rng, size, (0.06 * unit, 0.03 * unit))) % 1
    pucker = smooth_noise(rng, size, (0.010 * unit, 0.035 * unit)) * np.exp(-(((channel - 0.5) / 0.36) ** 2) * -1 - 1.9)
    puff = 0.16 * np.cos(TWO_PI * (channel - 0.30)) - 0.30 * np.exp(-((np.minimum(channel, 1 - channel) / 0.035) ** 2))
    return puff + 0.045 + 0.10 * pucker + _grain(rng, size, unit, 0.008)


def waffle(rng: np.random.Generator, size: int, unit: float) -> Plane:
    """Raised squares, also for pique and seersucker."""
    x, y = axes(size)
    return 0.055 * np.maximum(_waves(x, 0.02), _waves(y, 0.02)) - 0.02 + _grain(rng, size, unit, 0.015)


def mesh(rng: np.random.Generator, size: int, unit: float) -> Plane:
    """Sports mesh: rows of little holes."""
    x, y = axes(size)
    return -0.10 * np.clip(_waves(x, 0.017) * _waves(y, 0.017) - 0.3, 0, 1) + 0.012 + _grain(rng, size, unit, 0.01)


WEAVES: dict[str, Weave] = {
    weave.__name__: weave
    for weave in (jersey, woven, linen, twill, denim, knit, cable, rib, corduroy, fleece, teddy, leather, satin, lace, quilted, padded, waffle, mesh)
}
