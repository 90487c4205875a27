"""Paints a drawing: cloth, light, seams, shadows."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from nkd_pipeline.sketch import fabric, patterns, shading
from nkd_pipeline.sketch.canvas import Box, Canvas, Plane, tripled
from nkd_pipeline.sketch.colour import luminance, shaded
from nkd_pipeline.sketch.drawing import Button, Drawing, Glow, Line, Part, Relief
from nkd_pipeline.sketch.geometry import Points, along, ellipse, moved
from nkd_pipeline.sketch.prints import Overlay, Printer
from nkd_pipeline.sketch.spec import RGB, Cloth
from nkd_pipeline.sketch.tiles import Tile, laid

BRIGHTEST = 252.0  # cloth never reaches pure white, or its folds would vanish


class Painter:
    """Paints the parts of one drawing on one canvas. Tiles and reliefs are made once each."""

    def __init__(self, canvas: Canvas, drawing: Drawing, cloth: Cloth, seed: int) -> None:
        self.canvas, self.drawing, self.seed = canvas, drawing, seed
        self._colours: dict[Cloth, Tile] = {}
        self._weaves: dict[str, Tile] = {}
        self._lights: dict[int, tuple[Box, Plane]] = {}
        rng = np.random.default_rng([seed, 2])
        self._print: Overlay | None = Printer(canvas, drawing.placard, cloth, rng).overlay() if drawing.placard else None

    def paint(self) -> None:
        """Paints everything in order, then the shadow around it."""
        for op in self.drawing.ops:
            match op:
                case Part():
                    self._part(op)
                case Line():
                    self._line(op)
                case Button():
                    self._button(op)
                case Glow():
                    self._glow(op)
        shading.drop_shadow(self.canvas)

    def _part(self, part: Part) -> None:
        canvas, box = self.canvas, self.canvas.box([part.outline], 0.05 if part.contact else 0)
        mask = canvas.mask([part.outline], box)
        if part.sewn:
            mask *= canvas.covered[box.window]
        if part.contact:
            shading.contact_shadow(canvas, mask, box, part.contact * (0.7 if luminance(part.cloth.colour) > 190 else 1.0))
        colours = laid(canvas, self._colour_tile(part.cloth), box, part.grain, part.pivot)
        if part.printed and self._print:
            self._print.onto(colours, box)
        light = self._light(part.relief, box)
        weave = laid(canvas, self._weave_tile(part.cloth.fabric), box, part.grain, part.pivot)
        sheen = 24 if luminance(part.cloth.colour) < 80 else 7
        sheen *= 3 if part.cloth.fabric in ("satin", "leather") else 1
        lit = cv2.multiply(colours, tripled((1 + light) * (1 + weave) * np.float32(part.shade)))
        lit = cv2.add(lit, tripled(np.clip(light, 0, 0.3) * np.float32(sheen * 3)))
        canvas.lay(box, cv2.min(lit, np.full_like(lit, BRIGHTEST)), mask)
        canvas.cover(box, mask)

    def _colour_tile(self, cloth: Cloth) -> Tile:
        if cloth not in self._colours:
            self._colours[cloth] = patterns.tile(cloth, self.canvas.unit, np.random.default_rng([self.seed, 3, len(self._colours)]))
        return self._colours[cloth]

    def _weave_tile(self, name: str) -> Tile:
        if name not in self._weaves:
            self._weaves[name] = fabric.tile(name, self.canvas.unit, np.random.default_rng([self.seed, 4, len(self._weaves)]))
        return self._weaves[name]

    def _light(self, relief: Relief, box: Box) -> Plane:
        """Light for the box, cut from the light of the whole relief."""
        if id(relief) not in self._lights:
            whole = self.canvas.box(list(relief.outlines), 0.06)
            light = shading.lightness(self.canvas, relief, whole, np.random.default_rng([self.seed, 5, len(self._lights)]))
            self._lights[id(relief)] = whole, light
        whole, light = self._lights[id(relief)]
        cut = np.zeros((box.height, box.width), np.float32)
        left, top, right, bottom = max(box.left, whole.left), max(box.top, whole.top), min(box.right, whole.right), min(box.bottom, whole.bottom)
        if left < right and top < bottom:
            cut[top - box.top : bottom - box.top, left - box.left : right - box.left] = light[
                top - whole.top : bottom - whole.top, left - whole.left : right - whole.left
            ]
        return cut

    def _line(self, line: Line) -> None:
        box = self.canvas.box([line.points], line.width + 0.02)
        if line.look == "cord":
            self._cord(line, box)
            return
        pieces = _dashes(line.points) if line.look == "stitch" else [line.points]
        # a seam cannot leave the cloth it is sewn into
        mask = self.canvas.stroke(pieces, box, line.width) * self.canvas.covered[box.window]
        if line.colour is not None:
            self.canvas.lay(box, (float(line.colour[0]), float(line.colour[1]), float(line.colour[2])), mask * np.float32(0.9))
            return
        region = self.canvas.picture[box.window]
        # on black cloth a dark seam cannot be seen: it catches light instead
        dark = float(region.mean(axis=(0, 1)) @ (0.30, 0.59, 0.11)) < 62 if region.size else False
        region += tripled(mask) * (np.float32(60 * line.strength) if dark else -region * np.float32(line.strength))

    def _cord(self, line: Line, box: Box) -> None:
        rgb = line.colour or (120, 120, 120)
        if len(line.points) < 2:
            return
        under = self.canvas.stroke([moved(line.points, 0.003, 0.006)], box, line.width * 1.5) * self.canvas.covered[box.window]
        self.canvas.dim(box, under * np.float32(0.28))
        mask = self.canvas.stroke([line.points], box, line.width)
        self.canvas.lay(box, _floats(shaded(rgb, 0.78)), mask)
        self.canvas.lay(box, _floats(rgb), self.canvas.stroke([line.points - (line.width * 0.12, line.width * 0.16)], box, line.width * 0.55))
        self.canvas.cover(box, mask)

    def _button(self, button: Button) -> None:
        x, y, r, rgb = button.x, button.y, button.radius, button.colour
        flat = button.look == "flat"
        self._disc(x + 0.2 * r, y + 0.35 * r, 1.15 * r, (0, 0, 0), 0.0 if flat else 0.32)
        self._disc(x, y, r, shaded(rgb, 0.72), 1)
        self._disc(x - 0.06 * r, y - 0.08 * r, 0.84 * r, rgb, 1)
        if button.look == "metal":
            self._disc(x, y, 0.55 * r, shaded(rgb, 0.8), 1)
            self._disc(x - 0.28 * r, y - 0.32 * r, 0.3 * r, shaded(rgb, 1.6), 0.9)
        elif button.look == "button" and r * self.canvas.unit > 3.5:
            self._disc(x, y, 0.62 * r, shaded(rgb, 0.93), 1)
            for i, j in ((-1, -1), (-1, 1), (1, -1), (1, 1)):
                self._disc(x + i * 0.22 * r, y + j * 0.22 * r, 0.12 * r, shaded(rgb, 0.35), 1)

    def _disc(self, x: float, y: float, radius: float, rgb: RGB, strength: float) -> None:
        outline = ellipse(x, y, radius, radius, 24)
        box = self.canvas.box([outline], 0.005)
        self.canvas.lay(box, _floats(rgb), self.canvas.mask([outline], box) * np.float32(strength))

    def _glow(self, glow: Glow) -> None:
        outline = ellipse(glow.x, glow.y, max(glow.rx, glow.ry) * 1.5, max(glow.rx, glow.ry) * 1.5)
        box = self.canvas.box([outline])
        inverse = np.linalg.inv(self.canvas.to_pixels[:, :2])
        x = np.arange(box.left, box.right, dtype=np.float32)[None, :] + np.float32(0.5 - self.canvas.to_pixels[0, 2])
        y = np.arange(box.top, box.bottom, dtype=np.float32)[:, None] + np.float32(0.5 - self.canvas.to_pixels[1, 2])
        u, v = inverse[0, 0] * x + inverse[0, 1] * y - glow.x, inverse[1, 0] * x + inverse[1, 1] * y - glow.y
        c, s = np.cos(glow.angle), np.sin(glow.angle)
        far = ((c * u + s * v) / glow.rx) ** 2 + ((c * v - s * u) / glow.ry) ** 2
        amount = (np.exp(-2.2 * far) * abs(glow.amount)).astype(np.float32) * self.canvas.covered[box.window]
        if glow.amount < 0:
            self.canvas.dim(box, amount)
        else:
            self.canvas.lay(box, (255.0, 255.0, 255.0), amount)


def _floats(rgb: RGB) -> tuple[float, float, float]:
    return float(rgb[0]), float(rgb[1]), float(rgb[2])


def _dashes(points: Points, length: float = 0.0145) -> list[Points]:
    """The line cut into stitches."""
    total = float(np.linalg.norm(np.diff(points, axis=0), axis=1).sum())
    count = max(1, round(total / length))
    starts: NDArray[np.float64] = np.arange(count) / count
    ends = starts + 0.62 / count
    return [np.stack(pair) for pair in zip(along(points, starts), along(points, ends), strict=True)]
