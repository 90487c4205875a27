"""Underwear and swimwear: bras, briefs, boxer shorts, bikinis, swimsuits, tights."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nkd_pipeline.sketch.drawing import Drawing, Fold
from nkd_pipeline.sketch.garments import cloths, cuts, trousers
from nkd_pipeline.sketch.garments import fastenings as sewn
from nkd_pipeline.sketch.garments.bows import bow
from nkd_pipeline.sketch.geometry import across, curve, mirrored, moved, offset, ribbon, sided, symmetric, wavy
from nkd_pipeline.sketch.spec import GarmentSpec

# right cups around y = 0; a third value marks a Bezier control
TRIANGLE_CUP = ((0.02, 0.185), (0.10, -0.02, 1), (0.27, -0.20), (0.40, -0.02, 1), (0.46, 0.14), (0.24, 0.235, 1), (0.02, 0.185))
MOULDED_CUP = (
    (0.012, 0.14), (0.06, 0.02, 1), (0.20, -0.07, 1), (0.285, -0.19), (0.36, -0.12, 1),
    (0.49, 0.03), (0.47, 0.22, 1), (0.25, 0.265, 1), (0.05, 0.24, 1), (0.012, 0.14)
)  # fmt: skip


def bra(spec: GarmentSpec, d: Drawing) -> None:
    """Two moulded cups on a band with straps; a triangle top is the same with pointed cups."""
    _cups(spec, d, y=0.0, triangle=spec.has("triangle"))


def _cups(spec: GarmentSpec, d: Drawing, y: float, triangle: bool) -> None:
    band = symmetric(curve((0, y + 0.175), (0.30, y + 0.19, 1), (0.50, y + 0.04), (0.53, y + 0.12), (0.40, y + 0.235, 1), (0, y + 0.235)))
    back = symmetric(curve((0, y + 0.02), (0.3, y + 0.03, 1), (0.50, y + 0.05), (0.53, y + 0.12), (0.3, y + 0.11, 1), (0, y + 0.10)))
    d.part(back, cloths.plain(spec), shade=0.66, contact=0.0, edge=0.02, form=0)
    width = 0.016 if spec.sleeves == "spaghetti straps" or triangle else 0.036
    for side in (-1, 1):
        d.part(
            sided(ribbon(curve((0.36, y + 0.06), (0.32, y - 0.35, 1), (0.27, y - 0.52)), width), side),
            cloths.plain(spec),
            shade=0.75,
            edge=0.01,
            form=0,
        )
    d.part(band, cloths.plain(spec), edge=0.02, contact=0.3, form=0)
    cup = moved(curve(*(TRIANGLE_CUP if triangle else MOULDED_CUP)), 0, y)
    folds: tuple[Fold, ...]
    for side, outline in d.both(cup):
        folds = ((side * 0.10, y + 0.02, side * 0.42, y + 0.09, 0.06, 0.018),)
        d.part(outline, spec.cloth, folds=folds, edge=0.10, bulge=0.55, contact=0.5, crumple=0.1)
        if not triangle:
            d.seam(sided(curve((0.03, y + 0.085), (0.22, y + 0.0, 1), (0.47, y + 0.06)), side), 0.004, 0.25)
        d.stitch(offset(outline, -0.014))
        d.part(
            sided(ribbon(curve((0.283, y - 0.17), (0.285, y - 0.4, 1), (0.27, y - 0.53)), width), side),
            cloths.plain(spec),
            edge=0.01,
            form=0,
            contact=0.4,
        )
        if spec.has("lace"):
            edge = sided(curve((0.03, y + 0.06), (0.10, y - 0.02, 1), (0.275, y - 0.16)), side)
            d.part(
                np.concatenate([edge, wavy(moved(edge, side * 0.035, 0.055), 0.008, 7)[::-1]]),
                cloths.of(spec.trim, "lace"),
                edge=0.006,
                form=0,
                contact=0.3,
            )
    if spec.kind == "bra":
        bow(spec, d, 0.0, y + 0.155, 0.035)


def briefs(spec: GarmentSpec, d: Drawing) -> None:
    """Briefs with bound leg openings; high-waisted ones sit higher."""
    _pants(spec, d, 0.0, 0.48 + (0.14 if spec.has("high waist", "high-waist") or "high" in spec.fit else 0.0))


def _pants(spec: GarmentSpec, d: Drawing, y: float, height: float) -> None:
    w = 0.45 * cuts.table()["groups"][spec.group]["width"]
    top, side_y, low = y, y + height * 0.40, y + height
    d.part(
        symmetric(curve((0, top - 0.03), (w * 0.6, top - 0.03, 1), (w - 0.012, top), (w * 0.5, top + 0.07), (0, top + 0.07))),
        cloths.lining(spec),
        shade=0.66,
        contact=0.0,
    )
    leg = curve((w + 0.012, side_y), (w * 0.52, side_y + 0.03, 1), (w * 0.30, low - 0.10, 1), (0.085, low))
    outline = symmetric(np.concatenate([curve((0, top + 0.03), (w * 0.6, top + 0.025, 1), (w, top)), leg, np.array([(0.0, low + 0.012)])]))
    folds = tuple((s * 0.09, low - 0.03, s * (0.2 + 0.1 * k), y + 0.12 + 0.07 * k, 0.02, 0.009) for s in (-1, 1) for k in range(3))
    d.part(outline, spec.cloth, folds=folds, contact=0.2)
    d.seam(across(curve((0.12, low - 0.14), (0.06, low - 0.16, 1), (0, low - 0.16))[::-1]), 0.004, 0.25)
    for _, line in d.both(leg):
        d.part(ribbon(line - (0.008, 0), 0.028), cloths.rib(spec), edge=0.010, contact=0.2, form=0)
    waist = across(curve((0, top + 0.045), (w * 0.6, top + 0.04, 1), (w - 0.001, top + 0.016)))
    d.part(ribbon(waist, 0.042), cloths.rib(spec) if not spec.contrasting else cloths.trim(spec, "rib"), edge=0.012, contact=0.35, form=0)
    if spec.has("lace"):
        sewn.lace_trim(spec, d, moved(waist, 0, 0.02), 0.06)
    if spec.group == "women" or spec.has("bow"):
        bow(spec, d, 0.0, top + 0.05, 0.032)


def boxer_shorts(spec: GarmentSpec, d: Drawing) -> None:
    """Trunks with a broad elastic band and a front pouch."""
    legs = trousers.lay_out(d, cuts.lower(spec))
    trousers.paint_legs(spec, d, legs)
    trousers.hems(spec, d, legs)
    top = legs.top
    for side in (-1, 1):
        pouch = sided(curve((0.10, top + 0.09), (0.165, top + 0.28, 1), (0.10, legs.crotch - 0.06, 1), (0.0, legs.crotch + 0.005)), side)
        d.seam(pouch, 0.010, 0.14)
        d.seam(pouch, 0.004, 0.3)
        d.stitch(moved(pouch, side * 0.012, 0))
    w = legs.cut.waist
    d.part(
        symmetric(curve((0, top - 0.014), (w * 0.6, top - 0.014, 1), (w - 0.012, top), (0, top + 0.05))),
        cloths.lining(spec),
        shade=0.62,
        contact=0.0,
        form=0,
    )
    band = symmetric(
        curve((0, top + 0.026), (w * 0.5, top + 0.022, 1), (w + 0.002, top), (w + 0.014, top + 0.10), (w * 0.5, top + 0.122, 1), (0, top + 0.126))
    )
    d.part(
        band, cloths.trim(spec, "rib") if spec.contrasting and spec.cloth.pattern == "plain" else cloths.rib(spec), edge=0.016, contact=0.4, form=0
    )
    d.seam(np.array([(-w, top + 0.098), (0, top + 0.121), (w, top + 0.098)]), 0.004, 0.22)


def bikini(spec: GarmentSpec, d: Drawing) -> None:
    """Triangle or cup top above, briefs below, with tied sides."""
    narrow = replace(spec, sleeves="spaghetti straps")
    _cups(narrow, d, y=-0.42, triangle=not spec.has("underwire", "cups", "padded"))
    _pants(narrow, d, y=0.12, height=0.42)
    for side in (-1, 1):
        bow(replace(spec, cloth=cloths.plain(spec)), d, side * 0.455, 0.20, 0.06)


def swimsuit(spec: GarmentSpec, d: Drawing) -> None:
    """One piece with high-cut legs; straps broad or thin."""
    cut = cuts.upper(spec)
    ax, top, low = cut.chest, cut.armpit, cut.bottom + 0.12
    thin = spec.sleeves == "spaghetti straps"
    sx = 0.235 * ax / 0.335
    scoop = 0.16 if spec.neckline != "v-neck" else 0.24
    hip_y = cut.bottom - 0.18
    strap_w = 0.03 if thin else 0.075
    side = curve((ax, top), (cut.waist, cut.waist_y - 0.05, 1), (cut.hem + 0.03, hip_y))
    leg = curve((cut.hem + 0.03, hip_y), (cut.hem * 0.55, hip_y + 0.05, 1), (0.20, low - 0.12, 1), (0.085, low))
    inner = curve((0, top - 0.12 + scoop), (sx * 0.55, top - 0.12 + scoop, 1), (sx - strap_w / 2, top - 0.22), (sx - strap_w / 2 - 0.01, -0.66))
    outer = curve((sx + strap_w / 2 - 0.01, -0.66), (sx + strap_w / 2, top - 0.22), (sx + 0.04, top - 0.05, 1), (ax, top))
    back = symmetric(
        np.concatenate(
            [
                curve((0, top + 0.14), (sx * 0.6, top + 0.10, 1), (sx - strap_w / 2 - 0.012, -0.64)),
                curve((sx + strap_w / 2 - 0.015, -0.66), (ax - 0.01, top + 0.01)),
            ]
        )
    )
    d.part(back, cloths.lining(spec), shade=0.64, contact=0.0)
    outline = symmetric(np.concatenate([inner, outer, side[1:], leg[1:], np.array([(0.0, low + 0.012)])]))
    folds = tuple((s * 0.05, low - 0.04, s * (0.15 + 0.07 * k), hip_y - 0.05 + 0.05 * k, 0.024, 0.008) for s in (-1, 1) for k in range(3))
    folds += tuple((s * cut.waist, cut.waist_y + k, s * 0.08, cut.waist_y + k + 0.04, 0.03, 0.006) for s in (-1, 1) for k in (-0.12, 0.02, 0.14))
    d.part(outline, spec.cloth, folds=folds, contact=0.3, printed=True)
    for line in (inner, outer, leg):
        for _, edge in d.both(offset(line, 0.016)):
            d.stitch(edge)
    bust = curve((0.0, top + 0.14), (0.16, top + 0.20, 1), (ax - 0.01, top + 0.09))
    d.seam(np.concatenate([mirrored(bust)[::-1], bust[1:]]), 0.004, 0.16)
    if spec.has("ruffle", "frill", "flounce"):
        line = across(curve((0, top + 0.10), (ax * 0.6, top + 0.09, 1), (ax, top + 0.02)))
        d.part(np.concatenate([line, wavy(moved(line * (0.97, 1), 0, 0.10), 0.010, 8)[::-1]]), cloths.plain(spec), edge=0.02, contact=0.6, form=0)


def tights(spec: GarmentSpec, d: Drawing) -> None:
    """Long legs with feet, and a plain elastic band."""
    cut = replace(cuts.lower(spec, "leggings"), length=1.50 * cuts.table()["groups"][spec.group]["length"], ankle=0.115)
    legs = trousers.lay_out(d, cut)
    ankle_out, ankle_in = legs.hem
    for side in (-1, 1):
        foot = curve(
            tuple(moved(ankle_out, 0, -0.03)),
            tuple(moved(ankle_out, 0.01, 0.05)),
            (*moved(ankle_out, 0.08, 0.19), 1),
            tuple(moved(ankle_out, 0.01, 0.20)),
            (*moved(ankle_in, -0.03, 0.20), 1),
            tuple(moved(ankle_in, 0, 0.05)),
            tuple(moved(ankle_in, 0, -0.03)),
        )
        d.part(sided(foot, side), spec.cloth, contact=0.2)
    trousers.paint_legs(spec, d, legs)
    trousers.waistband(replace(spec, closure="elastic waistband"), d, legs)
