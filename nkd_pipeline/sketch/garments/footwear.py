"""Shoes and sandals."""

from __future__ import annotations

import numpy as np

from nkd_pipeline.sketch.colour import luminance, shaded
from nkd_pipeline.sketch.drawing import Drawing, Relief
from nkd_pipeline.sketch.garments import cloths
from nkd_pipeline.sketch.geometry import Points, along, curve, moved, ribbon, sided, spline
from nkd_pipeline.sketch.spec import RGB, Cloth, GarmentSpec

# outlines seen from the side, toe to the left; a third value marks a Bezier control
UPPER = (
    (-0.675, 0.24), (-0.72, 0.09, 1), (-0.56, 0.055, 1), (-0.36, 0.03), (-0.20, 0.0, 1), (-0.05, -0.14), (0.05, -0.235, 1), (0.12, -0.235),
    (0.22, -0.08, 1), (0.40, -0.08, 1), (0.54, -0.235), (0.60, -0.275, 1), (0.63, -0.20), (0.585, -0.02, 1), (0.67, 0.10, 1), (0.645, 0.26), (0, 0.28)
)  # fmt: skip
HEEL = (
    (0.485, -0.165), (0.54, -0.235), (0.60, -0.275, 1), (0.63, -0.20), (0.585, -0.02, 1), (0.67, 0.10, 1), (0.645, 0.265),
    (0.36, 0.27), (0.38, 0.06, 1), (0.485, -0.165)
)  # fmt: skip
TOE = ((-0.675, 0.24), (-0.72, 0.09, 1), (-0.56, 0.055, 1), (-0.39, 0.033), (-0.31, 0.12, 1), (-0.33, 0.275), (-0.675, 0.24))
STAY = (  # the piece that carries the eyelets
    (-0.35, 0.03), (-0.20, 0.0, 1), (-0.05, -0.14), (0.05, -0.235, 1), (0.12, -0.235), (0.185, -0.155), (0.05, -0.03, 1), (-0.13, 0.115, 1),
    (-0.27, 0.11), (-0.37, 0.07, 1), (-0.35, 0.03)
)  # fmt: skip
TONGUE = ((-0.02, -0.16), (0.03, -0.32, 1), (0.09, -0.365), (0.17, -0.345, 1), (0.165, -0.20), (0.05, -0.13))
SOLE_TOP = ((-0.685, 0.195), (-0.62, 0.262, 1), (-0.40, 0.262), (0.10, 0.262, 1), (0.40, 0.25, 1), (0.655, 0.215))
SOLE: RGB = (236, 233, 226)


def shoes(spec: GarmentSpec, d: Drawing) -> None:
    """A pair of low shoes from the side, toes to the left: sneakers, or loafers when they have no laces."""
    for shift in ((0.20, -0.24), (0.0, 0.0)):
        one = Drawing(d.rng)
        _low_shoe(spec, one)
        d.place(one, shift)


def _laced(spec: GarmentSpec) -> bool:
    return spec.closure == "laces" or not (spec.closure or spec.has("loafer", "slip-on", "slipper", "ballerina", "chelsea"))


def _low_shoe(spec: GarmentSpec, d: Drawing) -> None:
    laced, thread = _laced(spec), cloths.thread(spec)
    opening = spline([(0.11, -0.235), (0.30, -0.285), (0.565, -0.25), (0.46, -0.12), (0.25, -0.08)])
    d.part(opening, cloths.lining(spec), shade=0.5, contact=0.0, edge=0.03)
    upper = curve(*UPPER)
    relief = Relief((upper,), ((-0.36, 0.06, -0.22, 0.18, 0.02, 0.008), (-0.28, 0.03, -0.14, 0.16, 0.02, 0.007)), edge=0.11, form=0.5, crumple=0.3)
    d.part(upper, spec.cloth, relief, contact=0.0)
    d.glow((-0.47, 0.11), (0.13, 0.06), 0.16, angle=-0.25)
    d.stitch(moved(curve((0.14, -0.235), (0.22, -0.08, 1), (0.40, -0.08, 1), (0.53, -0.225)), 0.0, 0.028), thread)  # the padded rim
    accent = cloths.trim(spec) if spec.contrasting else _shade_of(spec)
    _panel(d, curve(*HEEL), accent, relief, thread)
    if laced:
        _panel(d, curve(*TOE), accent if spec.contrasting else spec.cloth, relief, thread)
        _laces(spec, d)
    else:
        apron = curve((0.04, -0.06), (-0.22, 0.10, 1), (-0.48, 0.16, 1), (-0.625, 0.10))
        d.seam(apron, 0.006, 0.35)
        d.stitch(moved(apron, 0.0, 0.018), thread)
        saddle = curve((-0.08, -0.14), (0.02, 0.0, 1), (0.0, 0.27))
        d.part(ribbon(saddle, 0.11), spec.cloth, edge=0.016, contact=0.5, form=0, sewn=True)
        if spec.closure == "buckle":
            frame = np.array([(-0.045, 0.0), (0.055, -0.02), (0.065, 0.06), (-0.03, 0.08), (-0.045, 0.0)])
            d.part(ribbon(frame, 0.016), cloths.of(cloths.BRASS, "satin"), edge=0.008, contact=0.6, form=0, crumple=0)
    light = laced and (spec.cloth.fabric != "leather" or luminance(spec.cloth.colour) < 200)
    _sole(d, SOLE if light else shaded(spec.cloth.colour, 0.92 if laced else 0.45), 0.145 if laced else 0.07)


def _shade_of(spec: GarmentSpec) -> Cloth:
    return Cloth(shaded(spec.cloth.colour, 0.88 if luminance(spec.cloth.colour) > 60 else 1.1), fabric=spec.cloth.fabric)


def _panel(d: Drawing, outline: Points, cloth: Cloth, relief: Relief, thread: RGB | None) -> None:
    """A piece sewn onto the upper: it shares the upper's light, so only its seam and its two rows of stitches tell it apart."""
    d.part(outline, cloth, relief, contact=0.35, sewn=True)
    d.seam(outline, 0.005, 0.22)
    middle = outline.mean(axis=0)
    for share in (0.90, 0.82):
        d.stitch(middle + (outline - middle) * share, thread, 0.003)


def _sole(d: Drawing, rgb: RGB, depth: float) -> None:
    """A sole with a rounded toe and heel and a stitched edge."""
    top = curve(*SOLE_TOP)
    low = 0.23 + depth
    heel = curve((0.655, 0.215), (0.69, 0.23, 1), (0.685, low - 0.04), (0.68, low, 1), (0.61, low))
    toe = curve((-0.35, low + 0.005), (-0.62, low, 1), (-0.70, 0.262), (-0.72, 0.20, 1), (-0.685, 0.195))
    outline = np.concatenate([top, heel[1:], toe])
    d.part(outline, Cloth(rgb, fabric="jersey"), edge=0.03, contact=0.3, form=0, crumple=0)
    d.stitch(moved(top[3:-2], 0, 0.022), shaded(rgb, 0.72), 0.0045)
    if depth > 0.1:
        d.seam(curve((-0.66, 0.30), (-0.55, low - 0.04, 1), (-0.30, low - 0.04), (0.683, low - 0.05)), 0.006, 0.22)


def _laces(spec: GarmentSpec, d: Drawing) -> None:
    """Tongue, eyelets and laces up the instep, tied in a bow."""
    thread = cloths.thread(spec)
    d.part(curve(*TONGUE), spec.cloth, edge=0.025, contact=0.3, form=0)
    stay = curve(*STAY)
    d.part(stay, spec.cloth, edge=0.014, contact=0.45, form=0)
    d.stitch(moved(stay[36:68], -0.012, -0.014), thread)
    colour = SOLE if luminance(spec.cloth.colour) < 190 else shaded(spec.cloth.colour, 0.93)
    edge = along(np.array([(-0.31, 0.025), (-0.05, -0.135), (0.09, -0.232)]), np.linspace(0.04, 0.95, 6))
    for x, y in edge:
        d.button(float(x) + 0.062, float(y) + 0.066, 0.016, cloths.NICKEL, "metal")
        d.cord(np.array([(x - 0.012, y - 0.012), (x + 0.062, y + 0.066)]), 0.023, colour)
    x, y = moved(edge[-1], 0.02, 0.0)
    for reach, drop in ((-0.13, 0.06), (0.11, 0.13)):
        d.cord(curve((x, y), (x + reach, y - 0.03, 1), (x + reach, y + drop, 1), (x + 0.1 * reach, y + 0.02)), 0.017, colour)


def sandals(spec: GarmentSpec, d: Drawing) -> None:
    """A pair of sandals from above: footbeds with two straps and buckles."""
    sole = spline(
        [
            (0.03, -0.62),
            (0.17, -0.64),
            (0.27, -0.48),
            (0.27, -0.22),
            (0.21, 0.08),
            (0.23, 0.36),
            (0.20, 0.58),
            (0.08, 0.66),
            (-0.05, 0.60),
            (-0.09, 0.38),
            (-0.06, 0.10),
            (-0.11, -0.18),
            (-0.12, -0.42),
            (-0.06, -0.57),
        ]
    )
    bed: RGB = (196, 160, 118) if luminance(spec.cloth.colour) < 200 else (206, 176, 138)
    for side in (-1, 1):
        at = (side * 0.24, 0.0)
        d.part(sided(moved(sole * 1.03, 0.0, 0.008), side) + at, Cloth(shaded(bed, 0.55), fabric="leather"), edge=0.02, contact=0.0, form=0)
        d.part(sided(sole * 0.985, side) + at, Cloth(bed, fabric="leather"), edge=0.04, contact=0.2, crumple=0.3)
        d.glow((side * 0.32, 0.42), (0.12, 0.16), -0.12)
        for y, tilt in ((-0.36, 0.05), (-0.10, -0.04)):
            strap = curve((-0.15, y + 0.06 + tilt), (0.06, y - 0.07, 1), (0.29, y + 0.02 - tilt))
            d.part(sided(ribbon(strap, 0.125), side) + at, spec.cloth, edge=0.03, contact=0.8, form=0.4)
            buckle = moved(
                np.array([(0.15, y - 0.055), (0.235, y - 0.035), (0.225, y + 0.055), (0.14, y + 0.035), (0.15, y - 0.055)]), 0.0, -tilt / 2
            )
            d.part(sided(ribbon(buckle, 0.016), side) + at, cloths.of(cloths.BRASS, "satin"), edge=0.008, contact=0.6, form=0, crumple=0)
        back = curve((-0.115, 0.34), (0.08, 0.27, 1), (0.255, 0.36))
        d.part(sided(ribbon(back, 0.07), side) + at, spec.cloth, edge=0.025, contact=0.8, form=0.3)
