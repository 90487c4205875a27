"""Small knitted things: beanies, scarves, gloves, socks."""

from __future__ import annotations

import numpy as np

from nkd_pipeline.sketch.colour import luminance, shaded
from nkd_pipeline.sketch.drawing import Drawing, Fold, Placard, Relief
from nkd_pipeline.sketch.garments import cloths
from nkd_pipeline.sketch.geometry import Points, curve, ellipse, moved, offset, ribbon, rotated, sided, spline, symmetric
from nkd_pipeline.sketch.spec import GarmentSpec


def beanie(spec: GarmentSpec, d: Drawing) -> None:
    """A knitted dome with a turned-up rib and, where named, a pompon."""
    if spec.has("pompom", "pompon", "bobble"):
        ball = ellipse(0.0, -0.62, 0.19, 0.185, 70)
        ball = ball + d.rng.normal(0, 0.008, ball.shape)
        d.part(ball, cloths.of(spec.trim if spec.contrasting else spec.cloth.colour, "teddy"), edge=0.14, contact=0.0)
    dome = symmetric(curve((0, -0.50), (0.30, -0.50, 1), (0.50, -0.24, 1), (0.52, 0.16), (0, 0.20)))
    folds: tuple[Fold, ...] = tuple((x * 0.9, 0.14, x * 0.25, -0.42, 0.04, 0.016) for x in (-0.42, -0.21, 0.0, 0.21, 0.42))
    d.part(dome, spec.cloth, folds=folds, edge=0.10, form=0.8)
    cuff = symmetric(curve((0, 0.02), (0.40, 0.03, 1), (0.535, -0.01), (0.545, 0.25), (0.40, 0.30, 1), (0, 0.30)))
    d.part(
        cuff,
        cloths.rib(spec) if not spec.contrasting or spec.cloth.pattern != "plain" else cloths.trim(spec, "rib"),
        edge=0.05,
        contact=0.7,
        form=0.3,
    )
    if spec.printed is not None:
        d.placard = Placard(0.0, 0.15, 0.2, 0.2, spec.printed)
        d.part(
            np.array([(-0.12, 0.05), (0.12, 0.05), (0.12, 0.25), (-0.12, 0.25)]), cloths.plain(spec), edge=0.012, contact=0.4, form=0, printed=True
        )


def scarf(spec: GarmentSpec, d: Drawing) -> None:
    """A scarf laid in a loop, its two fringed ends hanging down."""

    def strip(line: Points, width: float) -> Points:
        return ribbon(line, width)

    loop = curve((-0.10, -0.02), (-0.42, -0.20, 1), (-0.30, -0.72, 1), (0.0, -0.70), (0.30, -0.72, 1), (0.42, -0.20, 1), (0.10, -0.02), steps=20)
    inner = strip(loop, 0.20)
    d.part(inner, spec.cloth, folds=_lengthwise(loop, 0.05), edge=0.05, contact=0.3)
    for x0, x1, end, low in ((0.09, 0.24, 0.80, 0.86), (-0.06, -0.20, 0.72, 0.78)):
        tail = curve((x0, -0.10), (x0 * 0.6 + x1 * 0.4, 0.3, 1), (x1, end), steps=16)
        _fringe(spec, d, x1, low - 0.075, 0.125)
        d.part(strip(tail, 0.27), spec.cloth, folds=_lengthwise(tail, 0.06), edge=0.05, contact=0.6, grain=-0.12 * np.sign(x1), pivot=(x1, 0.0))
    knot = spline([(-0.17, -0.10), (-0.02, -0.18), (0.17, -0.11), (0.19, 0.03), (0.02, 0.11), (-0.16, 0.04)])
    d.part(
        knot, spec.cloth, folds=((-0.14, -0.08, 0.16, 0.02, 0.03, 0.02), (-0.1, 0.03, 0.12, -0.09, 0.025, 0.012)), edge=0.06, contact=0.8, grain=1.2
    )


def _lengthwise(line: Points, away: float) -> tuple[Fold, ...]:
    """Folds that run along a strip."""
    a, b = offset(line, away), offset(line, -away)
    return tuple((*side[i], *side[min(i + 5, len(line) - 1)], 0.022, 0.012) for side in (a, b) for i in range(0, len(line) - 2, 4))


def _fringe(spec: GarmentSpec, d: Drawing, x: float, y: float, half: float) -> None:
    for k in np.linspace(-half, half, 15):
        d.cord(np.array([(x + k, y), (x + k + float(d.rng.uniform(-0.012, 0.012)), y + 0.11)]), 0.010, spec.cloth.colour)


def gloves(spec: GarmentSpec, d: Drawing) -> None:
    """A pair of gloves, fingers up; mittens for babies or where named."""
    mitten = spec.group == "baby" or spec.has("mitten")
    for side in (-1, 1):
        hand = _mitten() if mitten else _fingers()
        outline = moved(rotated(sided(hand, side), side * 0.10), side * 0.36, 0.0)
        d.part(outline, spec.cloth, edge=0.045, contact=0.3)
        cuff = moved(rotated(sided(np.array([(-0.18, 0.36), (0.17, 0.36), (0.185, 0.62), (-0.195, 0.62)]), side), side * 0.10), side * 0.36, 0.0)
        d.part(cuff, cloths.rib(spec) if not spec.contrasting else cloths.trim(spec, "rib"), edge=0.035, contact=0.5, form=0)


def _fingers() -> Points:
    """A right hand's glove: four fingers and the thumb towards the middle."""
    tips = ((0.165, -0.30), (0.065, -0.40), (-0.045, -0.42), (-0.145, -0.36))
    outline: list[tuple[float, float]] = [(0.20, 0.42), (0.235, 0.16)]
    for i, (x, y) in enumerate(tips):
        half = 0.052
        outline += [
            (x + half + 0.006, y + 0.28),
            (x + half, y + 0.06),
            (x + half * 0.6, y),
            (x - half * 0.6, y),
            (x - half, y + 0.06),
            (x - half - 0.006, y + (0.30 if i < 3 else 0.34)),
        ]
    outline += [(-0.24, 0.06), (-0.34, -0.06), (-0.40, -0.07), (-0.42, 0.0), (-0.34, 0.16), (-0.25, 0.30), (-0.21, 0.42)]
    return spline(outline, steps=5)


def _mitten() -> Points:
    return spline(
        [
            (0.19, 0.42),
            (0.23, 0.10),
            (0.19, -0.26),
            (0.02, -0.42),
            (-0.15, -0.28),
            (-0.19, -0.02),
            (-0.27, -0.08),
            (-0.36, -0.09),
            (-0.38, 0.02),
            (-0.28, 0.20),
            (-0.21, 0.42),
        ],
        steps=6,
    )


def socks(spec: GarmentSpec, d: Drawing) -> None:
    """A pair of socks side by side, toes to the right; short ones end at the ankle."""
    short = spec.length in ("short", "ankle-length") or spec.has("sneaker", "ankle", "no-show")
    top = -0.10 if short else -0.78
    for dx, dy in ((-0.22, 0.0), (0.24, 0.05)):
        shape = curve(
            (-0.17, top),
            (0.17, top),
            (0.165, 0.18, 1),
            (0.24, 0.34),
            (0.40, 0.50, 1),
            (0.50, 0.56),
            (0.60, 0.68, 1),
            (0.46, 0.74),
            (0.20, 0.72, 1),
            (-0.02, 0.62),
            (-0.22, 0.54, 1),
            (-0.19, 0.26),
            (-0.17, 0.0, 1),
            (-0.17, top),
        )
        shape = moved(shape * (0.92, 1), dx, dy)
        folds: tuple[Fold, ...] = tuple((dx - 0.10 + 0.04 * k, dy + 0.40 - 0.03 * k, dx + 0.20, dy + 0.30 - 0.09 * k, 0.02, 0.010) for k in range(3))
        relief = Relief((shape,), folds, edge=0.06, form=0.8)
        d.part(shape, spec.cloth, relief, contact=0.7)
        accent = (
            cloths.trim(spec, "jersey")
            if spec.contrasting and spec.cloth.pattern == "plain"
            else cloths.of(shaded(spec.cloth.colour, 0.86 if luminance(spec.cloth.colour) > 60 else 1.12), "jersey")
        )
        toe = moved(
            curve((0.36, 0.48), (0.46, 0.50, 1), (0.60, 0.68, 1), (0.46, 0.745), (0.34, 0.735), (0.30, 0.60, 1), (0.36, 0.48)) * (0.92, 1), dx, dy
        )
        heel = moved(curve((-0.19, 0.30), (-0.04, 0.36, 1), (0.01, 0.60), (-0.02, 0.625), (-0.22, 0.54, 1), (-0.19, 0.30)) * (0.92, 1), dx, dy)
        for patch in (toe, heel):
            d.part(patch, accent, relief, contact=0.0)
        cuff = moved(np.array([(-0.178, top - 0.004), (0.178, top - 0.004), (0.174, top + 0.15), (-0.174, top + 0.15)]) * (0.92, 1), dx, dy)
        d.part(
            cuff,
            cloths.rib(spec) if not spec.contrasting or spec.cloth.pattern != "plain" else cloths.trim(spec, "rib"),
            edge=0.03,
            contact=0.3,
            form=0,
        )
