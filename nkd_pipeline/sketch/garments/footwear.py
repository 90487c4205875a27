"""Shoes, boots and sandals."""

from __future__ import annotations

import numpy as np

from nkd_pipeline.sketch.colour import luminance, shaded
from nkd_pipeline.sketch.drawing import Drawing, Relief
from nkd_pipeline.sketch.garments import cloths
from nkd_pipeline.sketch.geometry import Points, along, curve, moved, ribbon, sided, spline
from nkd_pipeline.sketch.spec import RGB, Cloth, GarmentSpec

# outlines seen from the side, toe to the left; a third value marks a Bezier control
SHOE_UPPER = (
    (-0.665, 0.25),
    (-0.72, 0.10, 1),
    (-0.60, 0.015, 1),
    (-0.40, -0.01),
    (-0.22, -0.04, 1),
    (-0.06, -0.18),
    (0.04, -0.27, 1),
    (0.12, -0.26),
    (0.22, -0.12, 1),
    (0.42, -0.12, 1),
    (0.55, -0.25),
    (0.60, -0.29, 1),
    (0.635, -0.22),
    (0.59, -0.02, 1),
    (0.68, 0.10, 1),
    (0.635, 0.26),
    (0, 0.27),
)
SHOE_HEEL = (
    (0.50, -0.205),
    (0.55, -0.25),
    (0.60, -0.29, 1),
    (0.635, -0.22),
    (0.59, -0.02, 1),
    (0.68, 0.10, 1),
    (0.635, 0.26),
    (0.38, 0.265),
    (0.40, 0.05, 1),
    (0.50, -0.205),
)
SOLE: RGB = (236, 233, 226)


def shoes(spec: GarmentSpec, d: Drawing) -> None:
    """A pair of low shoes from the side, toes to the left: sneakers, or loafers when they have no laces."""
    for shift in ((0.20, -0.24), (0.0, 0.0)):
        one = Drawing(d.rng)
        _low_shoe(spec, one)
        d.place(one, shift)


def boots(spec: GarmentSpec, d: Drawing) -> None:
    """A pair of ankle or high boots from the side: laced, or with elastic inserts."""
    for shift in ((0.26, -0.16), (0.0, 0.0)):
        one = Drawing(d.rng)
        _boot(spec, one)
        d.place(one, shift)


def _laced(spec: GarmentSpec) -> bool:
    return spec.closure == "laces" or not (spec.closure or spec.has("loafer", "slip-on", "slipper", "ballerina", "chelsea"))


def _sole(d: Drawing, line: Points, rgb: RGB, depth: float) -> None:
    d.part(np.concatenate([line, moved(line, 0, depth)[::-1]]), Cloth(rgb, fabric="satin"), edge=0.025, contact=0.0, form=0, crumple=0.1)
    d.seam(moved(line, 0, depth * 0.45), 0.004, 0.16)


def _low_shoe(spec: GarmentSpec, d: Drawing) -> None:
    laced = _laced(spec)
    sole = SOLE if (laced and spec.cloth.fabric != "leather") or (luminance(spec.cloth.colour) < 200 and laced) else shaded(spec.cloth.colour, 0.5)
    upper = curve(*SHOE_UPPER)
    opening = spline([(0.10, -0.27), (0.30, -0.32), (0.56, -0.28), (0.44, -0.18), (0.24, -0.13)])
    d.part(opening, cloths.lining(spec), shade=0.5, contact=0.0, edge=0.03)
    relief = Relief((upper,), ((-0.36, 0.04, -0.20, 0.18, 0.02, 0.008), (-0.28, 0.0, -0.12, 0.14, 0.02, 0.007)), edge=0.11, form=0.5, crumple=0.4)
    d.part(upper, spec.cloth, relief, contact=0.0)
    accent = (
        cloths.trim(spec)
        if spec.contrasting
        else Cloth(shaded(spec.cloth.colour, 0.88 if luminance(spec.cloth.colour) > 60 else 1.1), fabric=spec.cloth.fabric)
    )
    heel = curve(*SHOE_HEEL)
    d.part(heel, accent, relief, contact=0.0)
    d.stitch(heel[-12:])
    if laced:
        toe = curve((-0.665, 0.25), (-0.72, 0.10, 1), (-0.60, 0.015, 1), (-0.43, -0.007), (-0.33, 0.10, 1), (-0.34, 0.265), (-0.665, 0.25))
        d.part(toe, accent if spec.contrasting else spec.cloth, relief, contact=0.0)
        d.seam(toe[12:36], 0.005, 0.3)
        _laces(spec, d)
    else:
        vamp = curve((-0.14, -0.135), (0.04, -0.02, 1), (0.10, 0.10), (-0.02, 0.16, 1), (-0.20, 0.12, 1), (-0.30, -0.005))
        d.seam(vamp, 0.006, 0.35)
        strap = curve((-0.20, -0.08), (0.02, 0.06, 1), (0.09, 0.20))
        d.part(ribbon(strap, 0.085), spec.cloth, edge=0.02, contact=0.5, form=0)
    bottom = along(np.array([(-0.685, 0.20), (-0.66, 0.245), (-0.4, 0.265), (0.2, 0.268), (0.645, 0.25)]), np.linspace(0, 1, 24))
    _sole(d, bottom, sole, 0.095 if laced else 0.05)


def _laces(spec: GarmentSpec, d: Drawing) -> None:
    """Tongue, eyelet stay and criss-cross laces up the instep."""
    tongue = curve((-0.06, -0.19), (0.02, -0.36, 1), (0.10, -0.40), (0.15, -0.36, 1), (0.15, -0.24), (0.02, -0.16))
    d.part(tongue, spec.cloth, edge=0.025, contact=0.3, form=0)
    stay = curve((-0.40, 0.015), (-0.22, -0.05, 1), (-0.06, -0.20), (0.10, -0.285), (0.16, -0.21), (0.02, -0.06, 1), (-0.22, 0.10, 1), (-0.33, 0.09))
    d.part(stay, spec.cloth, edge=0.014, contact=0.35, form=0)
    colour = SOLE if luminance(spec.cloth.colour) < 190 else shaded(spec.cloth.colour, 0.75)
    for t in np.linspace(0.06, 0.92, 6):
        a = along(np.array([(-0.36, 0.005), (-0.10, -0.155), (0.10, -0.30)]), [t])[0]
        d.cord(np.array([moved(a, -0.012, -0.012), moved(a, 0.075, 0.075)]), 0.024, colour)
        d.button(float(a[0]) + 0.08, float(a[1]) + 0.08, 0.0105, shaded(colour, 0.6), "flat")


def _shaft(top: float) -> Points:
    """Outline of a boot without its sole, reaching up to `top`."""
    return curve(
        (0.02, top + 0.03), (0.30, top - 0.015, 1), (0.50, top), (0.47, -0.2, 1), (0.53, 0.0, 1), (0.54, 0.26), (0, 0.27),
        (-0.60, 0.26), (-0.66, 0.10, 1), (-0.50, 0.03, 1), (-0.34, -0.02), (-0.10, -0.06, 1), (0.0, -0.24, 1), (0.02, top + 0.03)
    )  # fmt: skip


def _boot(spec: GarmentSpec, d: Drawing) -> None:
    high = spec.length in ("long", "knee-length", "midi") or spec.has("high shaft", "knee-high")
    top = -0.95 if high else -0.55
    laced = spec.closure == "laces" or spec.has("lace-up")
    shaft = _shaft(top)
    d.part(
        spline([(0.02, top + 0.03), (0.24, top - 0.045), (0.50, top), (0.26, top + 0.055)]), cloths.lining(spec), shade=0.5, contact=0.0, edge=0.02
    )
    folds = (
        (-0.02, -0.16, 0.22, -0.06, 0.025, 0.014),
        (0.02, -0.24, 0.24, -0.16, 0.022, 0.010),
        (-0.34, 0.02, -0.16, 0.12, 0.02, 0.008),
        (0.50, -0.10, 0.34, -0.04, 0.02, 0.010),
    )
    d.part(shaft, spec.cloth, folds=folds, edge=0.11, form=0.6, crumple=0.5)
    if laced:
        _boot_laces(spec, d, top)
    else:
        _elastic(spec, d, top, insert=not high)
    if spec.has("fur", "lined") and not spec.has("unlined"):
        cuff = spline([(0.0, top + 0.05), (0.0, top - 0.05), (0.26, top - 0.09), (0.53, top - 0.05), (0.53, top + 0.06), (0.26, top + 0.08)])
        d.part(cuff + d.rng.normal(0, 0.006, cuff.shape), cloths.of((214, 202, 184), "teddy"), edge=0.04, contact=0.5, form=0)
    d.seam(curve((-0.30, -0.02), (-0.10, 0.04, 1), (0.0, 0.265)), 0.005, 0.28)
    _heeled_sole(spec, d)


def _boot_laces(spec: GarmentSpec, d: Drawing, top: float) -> None:
    colour = shaded(spec.cloth.colour, 0.6) if luminance(spec.cloth.colour) > 90 else (176, 150, 104)
    for y in np.linspace(top + 0.08, -0.10, 7):
        lean = -0.10 * max(0.0, (y + 0.26) / 0.2) if y > -0.26 else 0.0
        d.cord(np.array([(0.02 + lean, y), (0.16 + lean, y + 0.045)]), 0.022, colour)
        d.button(0.17 + lean, y + 0.048, 0.012, cloths.BRASS, "metal")


def _elastic(spec: GarmentSpec, d: Drawing, top: float, insert: bool) -> None:
    """The elastic gusset of Chelsea boots, and the loop to pull them on."""
    gusset = curve((0.18, top + 0.02), (0.40, top + 0.01), (0.36, -0.10, 1), (0.29, 0.0), (0.22, -0.10, 1), (0.18, top + 0.02))
    if insert:
        d.part(gusset, Cloth(shaded(spec.cloth.colour, 0.62), fabric="rib"), edge=0.014, contact=0.0, form=0)
    d.part(
        ribbon(np.array([(0.475, top + 0.05), (0.515, top - 0.07), (0.47, top - 0.06)]), 0.028),
        cloths.plain(spec),
        edge=0.01,
        contact=0.3,
        form=0,
    )


def _heeled_sole(spec: GarmentSpec, d: Drawing) -> None:
    bottom = along(np.array([(-0.625, 0.20), (-0.60, 0.25), (-0.3, 0.268), (0.2, 0.268), (0.55, 0.25)]), np.linspace(0, 1, 24))
    _sole(d, bottom, (58, 52, 48) if luminance(spec.cloth.colour) > 50 else (44, 42, 42), 0.055)
    heel = np.array([(0.25, 0.31), (0.55, 0.30), (0.545, 0.385), (0.26, 0.385)])
    d.part(heel, Cloth((54, 48, 44), fabric="satin"), edge=0.016, contact=0.0, form=0)
    d.part(
        np.array([(-0.56, 0.315), (0.06, 0.32), (0.04, 0.345), (-0.50, 0.345)]), Cloth((50, 45, 42), fabric="satin"), edge=0.012, contact=0.0, form=0
    )


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
