"""The patch a pattern is drawn on; whatever leaves it on one side enters again on the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from nkd_pipeline.sketch.canvas import Colours, Plane
from nkd_pipeline.sketch.colour import blend, luminance, mixed, shaded
from nkd_pipeline.sketch.geometry import Points, moved
from nkd_pipeline.sketch.spec import RGB, Cloth


@dataclass(frozen=True, slots=True)
class Inks:
    """The colours of a pattern."""

    ground: RGB
    first: RGB
    second: RGB
    third: RGB
    several: tuple[RGB, ...]  # all accents, never empty
    given: bool  # whether the cloth names accents; else they were made from the ground

    @classmethod
    def of(cls, cloth: Cloth) -> Inks:
        """Accents as given; missing ones are made from the ground so that a pattern always shows."""
        ground = cloth.colour
        light = luminance(ground) > 128
        first = cloth.accents[0] if cloth.accents else shaded(ground, 0.55) if light else mixed(ground, (255, 255, 255), 0.62)
        second = cloth.accents[1] if len(cloth.accents) > 1 else mixed(ground, first, 0.5)
        third = cloth.accents[2] if len(cloth.accents) > 2 else shaded(first, 0.7) if light else mixed(first, (255, 255, 255), 0.4)
        return cls(ground, first, second, third, cloth.accents or (first,), bool(cloth.accents))


class Swatch:
    """A patch of `width` by `height` pixels, drawn `over` times larger and averaged at the end."""

    def __init__(self, width: int, height: int, over: int, inks: Inks, rng: np.random.Generator, motif: str) -> None:
        self.width, self.height, self.over = width * over, height * over, over
        self.inks, self.rng, self.motif = inks, rng, motif
        self.pixels: Colours = np.empty((self.height, self.width, 3), np.float32)
        self.pixels[:] = inks.ground

    @property
    def x(self) -> Plane:
        """Columns as fractions 0..1 of the repeat, one row."""
        return ((np.arange(self.width, dtype=np.float32) + 0.5) / self.width)[None, :]

    @property
    def y(self) -> Plane:
        """Rows as fractions 0..1 of the repeat, one column."""
        return ((np.arange(self.height, dtype=np.float32) + 0.5) / self.height)[:, None]

    def ink(self, coverage: Plane, rgb: RGB) -> None:
        """Paints a colour where the coverage (broadcast over the patch) is above 0."""
        blend(self.pixels, np.broadcast_to(coverage, self.pixels.shape[:2]), rgb)

    def band(self, axis: Plane, start: float, end: float, rgb: RGB, strength: float = 1.0) -> None:
        """A stripe between two fractions of the repeat along an axis (`x` or `y`), with a soft border of one pixel."""
        pixel = 1.0 / max(axis.shape)
        inside = np.minimum((axis - start) / pixel, (end - axis) / pixel) + 0.5
        self.ink(np.clip(inside, 0, 1) * np.float32(strength), rgb)

    def shape(self, outline: Points, rgb: RGB) -> None:
        """A filled outline, in fractions of the repeat; repeated across the borders."""
        outline_px = outline * (self.width, self.height)
        low, high = outline_px.min(axis=0), outline_px.max(axis=0)
        mask = np.zeros((self.height, self.width), np.uint8)
        for dx in (-self.width, 0, self.width):
            for dy in (-self.height, 0, self.height):
                if low[0] + dx < self.width and high[0] + dx > 0 and low[1] + dy < self.height and high[1] + dy > 0:
                    cv2.fillPoly(mask, [np.round(moved(outline_px, dx, dy) * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
        self.ink(mask.astype(np.float32) / 255, rgb)

    def finished(self) -> Colours:
        """The patch at its final size."""
        if self.over == 1:
            return self.pixels
        size = (self.width // self.over, self.height // self.over)
        return np.asarray(cv2.resize(self.pixels, size, interpolation=cv2.INTER_AREA), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Pattern:
    """How to draw a pattern, and how many units (x, y) one repeat measures."""

    draw: Callable[[Swatch], None]
    period: tuple[float, float]
