"""Caps, bags, belts, sunglasses."""

from __future__ import annotations

import numpy as np

from nkd_pipeline.sketch.colour import shaded
from nkd_pipeline.sketch.drawing import Drawing, Fold, Placard
from nkd_pipeline.sketch.garments import cloths
from nkd_pipeline.sketch.geometry import Points, across, curve, moved, ribbon, sided, spline, symmetric
from nkd_pipeline.sketch.spec import GarmentSpec


def cap(spec: GarmentSpec, d: Drawing) -> None:
    """A baseball cap from the front: six panels, eyelets, button, curved visor."""
    crown = symmetric(curve((0, -0.42), (0.36, -0.42, 1), (0.52, -0.16, 1), (0.53, 0.20), (0.26, 0.12, 1), (0, 0.115)))
    d.part(crown, spec.cloth, edge=0.12, form=0.8, printed=True)
    if spec.printed is not None:
        d.placard = Placard(0.0, -0.12, 0.34, 0.30, spec.printed)
    for side in (-1, 1):
        line = sided(curve((0.01, -0.42), (0.24, -0.30, 1), (0.285, 0.145)), side)
        d.seam(line, 0.010, 0.14)
        d.seam(line, 0.004, 0.32)
        d.stitch(moved(line, 0.012, 0.0))
        d.stitch(line - (0.012, 0.0))
        d.button(side * 0.345, -0.17, 0.016, shaded(spec.cloth.colour, 0.7), "metal")
    d.seam(np.array([(0.0, -0.42), (0.0, 0.11)]), 0.004, 0.22 if spec.printed is None else 0.05)
    d.button(0.0, -0.425, 0.035, spec.cloth.colour, "flat")
    visor = symmetric(curve((0, 0.10), (0.28, 0.10, 1), (0.535, 0.205), (0.60, 0.30, 1), (0.50, 0.40), (0.30, 0.33, 1), (0, 0.325)))
    cloth = cloths.trim(spec) if spec.contrasting and spec.cloth.pattern == "plain" else cloths.plain(spec)
    d.part(visor, cloth, edge=0.05, contact=0.8, form=0.3)
    rim = curve((0, 0.10), (0.28, 0.10, 1), (0.535, 0.205))
    low = curve((0, 0.325), (0.30, 0.33, 1), (0.50, 0.40))
    for share in (0.3, 0.55, 0.8):
        d.stitch(across(rim * (1 - share) + low * share))


def bag(spec: GarmentSpec, d: Drawing) -> None:
    """A handbag with two handles, a zip and metal fittings; a rucksack or shopper keeps the same body."""
    if spec.printed is not None:
        d.placard = Placard(0.0, 0.16, 0.5, 0.46, spec.printed)
    handle = curve((0.26, -0.16), (0.27, -0.62, 1), (0.0, -0.68), steps=20)
    for dim, up in ((0.72, -0.05), (1.0, 0.0)):
        line = moved(across(handle[::-1]), 0, up)
        d.part(ribbon(line, 0.045), cloths.plain(spec), shade=dim, edge=0.02, contact=0.3, form=0)
        if dim < 1:
            back = symmetric(np.array([(0.0, -0.24), (0.50, -0.22), (0.52, -0.1), (0, -0.1)]))
            d.part(back, cloths.lining(spec), shade=0.6, contact=0.0)
    body = symmetric(curve((0, -0.19), (0.3, -0.19, 1), (0.51, -0.21), (0.57, 0.2, 1), (0.60, 0.46), (0.60, 0.54, 1), (0.52, 0.545), (0, 0.555)))
    folds: tuple[Fold, ...] = ((-0.2, 0.52, -0.26, 0.0, 0.06, 0.014), (0.22, 0.5, 0.24, 0.05, 0.06, 0.014), (-0.1, -0.1, 0.2, 0.1, 0.07, 0.012))
    d.part(body, spec.cloth, folds=folds, edge=0.08, form=0.8, printed=True)
    d.stitch(across(curve((0, -0.165), (0.3, -0.165, 1), (0.495, -0.185))))
    d.seam(across(curve((0, 0.46), (0.3, 0.465, 1), (0.59, 0.44))), 0.005, 0.22)
    for side in (-1, 1):
        tab = sided(np.array([(0.225, -0.19), (0.295, -0.19), (0.29, -0.05), (0.26, -0.025), (0.23, -0.05)]), side)
        d.part(tab, cloths.plain(spec), edge=0.014, contact=0.6, form=0)
        d.button(side * 0.26, -0.155, 0.024, cloths.BRASS, "metal")
        d.button(side * 0.26, -0.062, 0.012, cloths.BRASS, "metal")
    if spec.printed is None:
        d.part(
            symmetric(np.array([(0.0, 0.09), (0.075, 0.09), (0.075, 0.15), (0, 0.15)])),
            cloths.of(cloths.BRASS, "satin"),
            edge=0.014,
            contact=0.5,
            form=0,
        )


def belt(spec: GarmentSpec, d: Drawing) -> None:
    """A belt closed to a ring, seen slightly from above, buckle in front."""
    back = across(curve((0, -0.20), (0.62, -0.20, 1), (0.66, 0.0)))
    d.part(_upright_band(back, 0.14), cloths.plain(spec), shade=0.58, edge=0.03, contact=0.0)
    d.part(_upright_band(across(curve((0, 0.26), (0.64, 0.26, 1), (0.66, 0.0))), 0.15), spec.cloth, edge=0.035, contact=0.6)
    for dy in (-0.058, 0.058):
        d.stitch(across(curve((0, 0.26 + dy), (0.63, 0.26 + dy, 1), (0.65, 0.02 + dy))), cloths.thread(spec))
    for x in np.linspace(0.12, 0.36, 5):
        d.button(float(x), 0.262 - 0.20 * float(x) ** 2, 0.010, (40, 34, 30), "flat")
    metal = cloths.BRASS if spec.has("gold") else cloths.NICKEL
    frame = np.concatenate([np.array([(-0.20, 0.15), (0.03, 0.15), (0.03, 0.375), (-0.20, 0.375), (-0.20, 0.15)])])
    d.part(ribbon(frame, 0.032), cloths.of(metal, "satin"), edge=0.014, contact=0.8, form=0, crumple=0)
    d.part(
        np.array([(-0.20, 0.252), (0.045, 0.256), (0.045, 0.272), (-0.20, 0.276)]),
        cloths.of(metal, "satin"),
        edge=0.008,
        contact=0.7,
        form=0,
        crumple=0,
    )
    d.part(
        moved(np.array([(0.115, 0.175), (0.155, 0.175), (0.155, 0.345), (0.115, 0.345)]), -0.035, 0),
        cloths.plain(spec),
        edge=0.012,
        contact=0.6,
        form=0,
    )


def _upright_band(line: Points, height: float) -> Points:
    """A band seen from the side: everywhere of the same height, also where the ring turns away."""
    return np.concatenate([line - (0, height / 2), moved(line, 0, height / 2)[::-1]])


def sunglasses(spec: GarmentSpec, d: Drawing) -> None:
    """Front view with tinted lenses; the temples fold behind."""
    lens_colour = (58, 54, 58) if not spec.contrasting else spec.trim
    for side in (-1, 1):
        temple = sided(curve((0.62, -0.14), (0.64, -0.27, 1), (0.30, -0.29, 1), (-0.42, -0.25)), side)
        d.part(ribbon(temple, 0.035), spec.cloth, shade=0.75, edge=0.014, contact=0.2, form=0, crumple=0)
    bridge = curve((-0.10, -0.08), (0.0, -0.16, 1), (0.10, -0.08))
    d.part(ribbon(bridge, 0.05), spec.cloth, edge=0.02, contact=0.3, form=0, crumple=0)
    shape = [(0.07, -0.06), (0.14, -0.16), (0.38, -0.20), (0.60, -0.18), (0.645, -0.10), (0.60, 0.10), (0.44, 0.21), (0.24, 0.20), (0.11, 0.10)]
    outer = spline(shape)
    middle = outer.mean(axis=0)
    for side in (-1, 1):
        d.part(sided(outer, side), spec.cloth, edge=0.025, contact=0.5, form=0, crumple=0)
        lens = sided(middle + (outer - middle) * 0.83, side)
        d.part(lens, cloths.of(lens_colour, "satin"), edge=0.02, bulge=0.4, contact=0.0, form=0.3, crumple=0)
        at = side * float(middle[0])
        d.glow((at - 0.07, -0.07), (0.16, 0.06), 0.32, angle=-0.5)
        d.glow((at + 0.05, 0.12), (0.20, 0.05), 0.22, angle=-0.3)
        d.button(side * 0.612, -0.128, 0.011, cloths.NICKEL, "metal")
