"""Sketches made to look like studio photographs, with their true masks.

What real product pictures do to a mask finder, and sketches do not: sensor noise, JPEG, soft and hard shadows, light that falls off, the sweep's
horizon, clipped and tinted backgrounds, garments hardly another colour than what lies behind them, crushed blacks, glossy spots, sheer cloth,
hangers, other formats. Everything follows from the seed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from nkd_pipeline.records import ImageOrder
from nkd_pipeline.rubric.pixel_checks.outlines import filled
from nkd_pipeline.sketch.canvas import Box, Canvas
from nkd_pipeline.sketch.drawing import Drawing
from nkd_pipeline.sketch.garments import GARMENTS
from nkd_pipeline.sketch.painter import Painter
from nkd_pipeline.sketch.read import garment_spec
from nkd_pipeline.sketch.render import _placed
from nkd_pipeline.sketch.spec import GarmentSpec
from nkd_pipeline.text.colours import named_colours
from nkd_pipeline_tests.rubric.pictures import attributes, prompt

KINDS = tuple(sorted(GARMENTS))
PALE = ("white", "white", "off-white", "cream", "ecru", "ivory", "light grey", "beige")
PATTERNS = ("striped", "checked", "dotted", "floral", "vertical stripes", "melange")
DRAWN = 560  # pixels: cloth is drawn once at this size and then placed


@dataclass(frozen=True)
class Studio:
    """A picture (blue first), its true mask 0/1 of the same size with holes filled, and what was done to it."""

    image: np.ndarray
    mask: np.ndarray
    tags: frozenset[str]


def overlap(one: np.ndarray, other: np.ndarray) -> float:
    """Returns intersection over union of two masks, 0..1."""
    return float((one & other).sum() / max(1, (one | other).sum()))


class _Shadowless(Canvas):
    """Leaves out the shadow on the background: the studio throws its own."""

    def dim(self, box: Box, amount: np.ndarray) -> None:
        if box.width < self.size:
            super().dim(box, amount)


@lru_cache(maxsize=64)
def cloth(spec: GarmentSpec) -> tuple[np.ndarray, np.ndarray]:
    """Returns the garment alone: red-green-blue values times coverage, and the coverage 0..1."""
    drawing = Drawing(np.random.default_rng([spec.seed, 1]))
    GARMENTS[spec.kind](spec, drawing)
    canvas = _Shadowless(DRAWN, _placed(drawing, DRAWN), (240.0, 240.0, 240.0))
    Painter(canvas, drawing, spec.cloth, spec.seed).paint()
    return canvas.picture - 240 * (1 - canvas.covered[..., None]), canvas.covered


def article(rng: np.random.Generator, pale: bool, kind: str = "") -> GarmentSpec:
    colours = [str(rng.choice(PALE)) if pale else str(rng.choice(list(named_colours())))]
    more: dict[str, tuple[str, ...]] = {}
    if not pale and rng.random() < 0.3:
        more["patterns"] = (str(rng.choice(PATTERNS)),)
        colours.append(str(rng.choice(list(named_colours()))))
    if rng.random() < 0.15:
        more["prints"] = ("front print",)
        more["motifs"] = (str(rng.choice(("butterfly", "cat", "dinosaur"))),)
    kind = kind or str(rng.choice(KINDS))
    return garment_spec(ImageOrder("a1", 1, int(rng.integers(2**31)), prompt(*colours), attributes(kind, **more)))


def studio(seed: int, pale: bool | None = None, kind: str = "", size: int = 0) -> Studio:
    """Draws a garment and photographs it; `pale` asks for white on near-white, `size` for a longer side in pixels."""
    rng = np.random.default_rng([seed, 77])
    pale = bool(rng.random() < 0.45) if pale is None else pale
    colour, cover = cloth(article(rng, pale, kind))
    tags = {"white on white"} if pale else set()
    height, width = _format(rng)
    colour, cover = _lay(rng, colour, cover, (height, width), tags)
    behind = _backdrop(rng, (height, width), pale, tags)
    if pale:
        colour = _near(rng, colour, cover, behind, tags)
    true = filled((cover > 0.5).astype(np.uint8))
    seen = cover
    if rng.random() < 0.06:
        tags.add("sheer")
        seen = cover * float(rng.uniform(0.6, 0.9))
        colour = colour * (seen / np.maximum(cover, 1e-6))[..., None]
    shaded = behind * (1 - _shadow(rng, cover, tags))[..., None]
    picture = colour + shaded * (1 - seen[..., None])
    if rng.random() < 0.1:
        tags.add("hanger")
        _hanger(picture, true)
    picture = _camera(rng, picture, true, pale, tags)
    return Studio(*_filed(rng, picture, true, tags, size), frozenset(tags))


def _format(rng: np.random.Generator) -> tuple[int, int]:
    return [(640, 640), (840, 560), (800, 600), (560, 800)][int(rng.choice(4, p=[0.5, 0.2, 0.2, 0.1]))]


def _lay(rng, colour, cover, shape, tags):
    """Places the garment: mostly in the middle, sometimes tiny, touching the border, or turned."""
    rows, columns = np.flatnonzero(cover.max(axis=1) > 0.5), np.flatnonzero(cover.max(axis=0) > 0.5)
    high, wide = np.ptp(rows) + 1, np.ptp(columns) + 1
    fill = float(rng.uniform(0.7, 0.93))
    if rng.random() < 0.08:
        tags.add("small")
        fill = float(rng.uniform(0.18, 0.4))
    scale = fill * min(shape[0] / high, shape[1] / wide)
    turn = float(rng.uniform(-2, 2)) if rng.random() < 0.8 else float(rng.uniform(-12, 12))
    matrix = cv2.getRotationMatrix2D((float(columns.mean()), float(rows.mean())), turn, scale)
    room = np.array([shape[1] - scale * wide, shape[0] - scale * high]) / 2
    nudge = room * rng.uniform(-0.3, 0.3, 2)
    if rng.random() < 0.07:
        tags.add("touching")
        nudge[1] = (room[1] + 0.03 * shape[0]) * rng.choice([-1, 1])
    matrix[:, 2] += np.array(shape[::-1]) / 2 - [columns.mean(), rows.mean()] + nudge
    smooth = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    laid = [cv2.warpAffine(np.float32(layer), matrix, shape[::-1], flags=smooth) for layer in (colour, cover)]
    return np.clip(laid[0], 0, 255), np.clip(laid[1], 0, 1)


def _backdrop(rng, shape, pale, tags):
    """Near-white paper: its grey or tint, the light on it, and the horizon where wall meets floor."""
    look = rng.choice(["clipped", "white", "grey"], p=[0.25, 0.45, 0.30])
    level = {"clipped": 255.0, "white": rng.uniform(240, 253), "grey": rng.uniform(226 if pale else 215, 240)}[str(look)]
    tags.add(f"{look} background")
    tint = 1 + rng.normal(0, 0.006, 3) if look != "clipped" else np.ones(3)
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    x, y = x / shape[1] - 0.5, y / shape[0] - 0.5
    light = np.ones(shape, np.float32)
    if look != "clipped" or rng.random() < 0.2:
        light -= rng.uniform(0, 0.10) * ((x - rng.uniform(-0.2, 0.2)) ** 2 + (y - rng.uniform(-0.2, 0.2)) ** 2) * 2
        light -= rng.uniform(-0.04, 0.04) * x + rng.uniform(-0.04, 0.04) * y
        if rng.random() < 0.2:
            tags.add("horizon")
            light -= rng.uniform(0.01, 0.05) / (1 + np.exp(-(y - rng.uniform(0.15, 0.4)) / rng.uniform(0.02, 0.08)))
    return np.clip(level * light[..., None] * np.float32(tint), 0, 255)


def _near(rng, colour, cover, behind, tags):
    """Brings a pale garment's colour within a few units of the backdrop behind it."""
    core = cover > 0.98
    if not core.any():
        return colour
    # in bytes: 5 to 15 are 2 to 6 CIELAB units; below that lit outlines vanish altogether
    away = float(rng.uniform(-3, 5)) if rng.random() < 0.12 else float(rng.uniform(5, 15))
    if away < 5:
        tags.add("vanishing")
    target = np.median(behind[core], axis=0) - away + rng.normal(0, 1.5, 3)
    return colour * np.float32(np.clip(target / np.median(colour[core], axis=0), 0.6, 1.6))


def _shadow(rng, cover, tags):
    """A contact shadow close to the outline and a wide one, both to one side; none for pictures that were cut out by hand."""
    if rng.random() < 0.15:
        tags.add("cut out")
        return np.zeros_like(cover)
    side = max(cover.shape)
    total = np.zeros_like(cover)
    down = float(rng.uniform(-0.2, 1))
    for reach, blur, strength in ((0.004, 0.005, rng.uniform(0.05, 0.25)), (0.012, 0.025, rng.uniform(0.02, 0.15))):
        move = np.float32([[1, 0, rng.uniform(-1, 1) * reach * side], [0, 1, down * reach * side]])
        moved = cv2.warpAffine(cover, move, cover.shape[::-1], borderMode=cv2.BORDER_REPLICATE)
        total += np.float32(strength) * cv2.GaussianBlur(moved, (0, 0), blur * side)
    return np.clip(total, 0, 0.6)


def _hanger(picture, true):
    """A metal hook that rises from the neck."""
    rows, columns = np.nonzero(true)
    if not rows.size:
        return
    x, y = int(np.median(columns)), int(rows[np.abs(columns - np.median(columns)) < 3].min())
    size = max(6, picture.shape[0] // 40)
    cv2.line(picture, (x, y), (x, y - size), (150, 150, 155), max(1, size // 8), cv2.LINE_AA)
    cv2.ellipse(picture, (x + size // 2, y - size), (size // 2, size // 2), 0, 180, 400, (150, 150, 155), max(1, size // 8), cv2.LINE_AA)


def _camera(rng, picture, true, pale, tags):
    """Gloss, exposure, contrast, lens and noise."""
    side = max(picture.shape)
    if rng.random() < 0.12 and true.any():
        tags.add("gloss")
        inside = np.argwhere(true > 0)
        for row, column in inside[rng.integers(0, len(inside), 4)]:
            glow = np.zeros(true.shape, np.float32)
            cv2.ellipse(glow, (int(column), int(row)), (side // 60, side // 12), float(rng.uniform(0, 180)), 0, 360, 1.0, -1)
            picture = picture + (255 - picture) * (0.7 * cv2.GaussianBlur(glow, (0, 0), side / 120) * true)[..., None]
    if rng.random() < 0.12:
        tags.add("high key")
        picture = picture * float(rng.uniform(1.02, 1.06 if pale else 1.12))
    if rng.random() < 0.12:
        tags.add("crushed")
        picture = 255 * np.clip((picture / 255 - 0.06) / 0.94, 0, 1) ** float(rng.uniform(1.0, 1.25))
    picture = cv2.GaussianBlur(np.float32(picture), (0, 0), float(rng.uniform(0.35, 0.9)))
    noise = rng.normal(0, float(rng.uniform(0.3, 3.0)), picture.shape).astype(np.float32)
    return np.clip(picture + cv2.GaussianBlur(noise, (0, 0), float(rng.uniform(0.3, 0.8))), 0, 255)


def _filed(rng, picture, true, tags, size):
    """Saved as JPEG at a quality of 60 to 95, at any size from thumbnail to camera."""
    longest = size or int(rng.choice([220, 300, 512, 840, 1400, 2400, 4000], p=[0.04, 0.08, 0.2, 0.4, 0.2, 0.05, 0.03]))
    scale = longest / max(true.shape)
    size = (round(true.shape[1] * scale), round(true.shape[0] * scale))
    image = cv2.resize(np.uint8(picture), size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)[..., ::-1]
    quality = int(rng.integers(60, 96))
    tags.add(f"{longest} pixels")
    data = cv2.imencode(".jpg", np.ascontiguousarray(image), [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return cv2.imdecode(data, cv2.IMREAD_COLOR), cv2.resize(true, size, interpolation=cv2.INTER_NEAREST)
