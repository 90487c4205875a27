"""Placed prints: a motif, lettering or both, laid out in the space that the garment offers."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from nkd_pipeline.sketch import lettering, motifs
from nkd_pipeline.sketch.canvas import Box, Canvas, Colours, Plane, tripled
from nkd_pipeline.sketch.colour import contrast_to, distance, mixed, on
from nkd_pipeline.sketch.drawing import Placard
from nkd_pipeline.sketch.geometry import Points, ellipse, moved, rotated
from nkd_pipeline.sketch.spec import RGB, Cloth

VANISHING = 75.0  # colour distance below which a motif's shapes need an outline to be seen


@dataclass(frozen=True, slots=True)
class Overlay:
    """A print as pixels: where it lies, its colours and how much of the cloth it hides."""

    box: Box
    colours: Colours
    coverage: Plane

    def onto(self, cloth: Colours, box: Box) -> None:
        """Lays the print on a part's colours, in place, where the two overlap."""
        left, top = max(box.left, self.box.left), max(box.top, self.box.top)
        right, bottom = min(box.right, self.box.right), min(box.bottom, self.box.bottom)
        if left >= right or top >= bottom:
            return
        target = cloth[top - box.top : bottom - box.top, left - box.left : right - box.left]
        source = slice(top - self.box.top, bottom - self.box.top), slice(left - self.box.left, right - self.box.left)
        target += (self.colours[source] - target) * tripled(np.ascontiguousarray(self.coverage[source]))


class Printer:
    """Draws one print; the seed chooses its treatment (plain, on a disc, in a ring, with sparks)."""

    def __init__(self, canvas: Canvas, placard: Placard, cloth: Cloth, rng: np.random.Generator) -> None:
        self.canvas, self.placard, self.ground, self.rng = canvas, placard, cloth.colour, rng
        natural = motifs.natural_colour(placard.print.motif) if placard.print.motif else None
        accent = cloth.accents[0] if cloth.accents and cloth.pattern in ("plain", "melange", "textured") else None
        self.ink = on(self.ground, accent or natural or contrast_to(self.ground))
        half = np.array([placard.width, placard.height]) / 2
        corners = moved(np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * half * 1.1, placard.x, placard.y)
        self.box = canvas.box([corners], 0.01)
        self.colours: Colours = np.empty((self.box.height, self.box.width, 3), np.float32)
        self.colours[:] = self.ground
        self.coverage: Plane = np.zeros((self.box.height, self.box.width), np.float32)

    def overlay(self) -> Overlay:
        """The finished print."""
        placard, words = self.placard, self._lines()
        share = 0.0 if not words else 1.0 if not placard.print.motif else 0.17 + 0.10 * len(words)
        top, height = placard.y - placard.height / 2, placard.height
        if placard.print.motif or not words:
            side = min(placard.width, height * (1 - share))
            self._motif(placard.x, top + height * (1 - share) / 2, side)
        if words:
            self._text(words, top + height * (1 - share / 2), height * share * 0.82)
        return Overlay(self.box, self.colours, self.coverage)

    def _lines(self) -> tuple[str, ...]:
        return tuple(lettering.wrapped(" ".join(self.placard.print.lettering)))

    def _fill(self, outline: Points, rgb: RGB) -> None:
        self._ink(self.canvas.mask([outline], self.box), rgb)

    def _ink(self, mask: Plane, rgb: RGB) -> None:
        self.colours += (np.array(rgb, np.float32) - self.colours) * tripled(mask)
        np.maximum(self.coverage, mask, out=self.coverage)

    def _motif(self, x: float, y: float, side: float) -> None:
        large = side * self.canvas.unit > 40
        treatment = int(self.rng.integers(0, 4)) if large else 0
        ground, scale = self.ground, 0.98
        if treatment == 1:
            pastel = mixed(self.ink, (255, 255, 255), 0.72)
            ground, scale = on(self.ground, pastel), 0.72
            self._fill(ellipse(x, y, side / 2, side / 2), ground)
        elif treatment == 2:
            scale = 0.74
            self._fill(ellipse(x, y, side / 2, side / 2), self.ink)
            self._fill(ellipse(x, y, side * 0.465, side * 0.465), self.ground)
        elif treatment == 3:
            scale = 0.9
            for turn in np.arange(6) * np.pi / 3 + float(self.rng.uniform(0, 1)):
                self._fill(ellipse(x + side * 0.5 * np.cos(turn), y + side * 0.5 * np.sin(turn), side * 0.022, side * 0.022), self.ink)
        shapes = motifs.shapes_of(self.placard.print.motif, on(ground, self.ink), ground, int(self.rng.integers(0, 2**31)))
        turn = float(self.rng.uniform(-0.06, 0.06))
        placed = [(moved(rotated(outline, turn) * side * scale, x, y), rgb) for outline, rgb in shapes]
        if any(rgb != ground and distance(rgb, ground) < VANISHING for _, rgb in placed):
            self._halo([outline for outline, _ in placed], side * 0.018, contrast_to(ground))
        for outline, rgb in placed:
            self._fill(outline, rgb)

    def _halo(self, outlines: list[Points], width: float, rgb: RGB) -> None:
        """An outline around the whole motif, so that colours near the cloth's still read."""
        mask = self.canvas.mask(outlines, self.box)
        pixels = max(1, round(width * self.canvas.unit))
        self._ink(cv2.dilate(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * pixels + 1, 2 * pixels + 1))), rgb)

    def _text(self, lines: tuple[str, ...], y: float, height: float) -> None:
        letters = lettering.coverage(lines)
        rows, columns = letters.shape
        scale = min(height / rows, self.placard.width / columns)  # units per drawn pixel
        corners = moved((np.array([(0, 0), (columns, 0), (0, rows)]) - (columns / 2, rows / 2)) * scale, self.placard.x, y)
        target = self.canvas.pixels(corners) - (self.box.left, self.box.top)
        # averaged while still large: shrinking by interpolation alone would break thin strokes
        shrink = min(1.0, scale * self.canvas.unit)
        small = cv2.resize(letters, (max(1, round(columns * shrink)), max(1, round(rows * shrink))), interpolation=cv2.INTER_AREA)
        source = np.array([(0, 0), (small.shape[1], 0), (0, small.shape[0])], np.float32)
        matrix = cv2.getAffineTransform(source, target.astype(np.float32))
        mask = cv2.warpAffine(small, matrix, (self.box.width, self.box.height), flags=cv2.INTER_LINEAR)
        self._ink(np.asarray(mask, dtype=np.float32), self.ink)
