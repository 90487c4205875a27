"""Boots: laced, or with elastic inserts; ankle-high or high."""

from __future__ import annotations

import numpy as np

from nkd_pipeline.sketch.colour import luminance, shaded
from nkd_pipeline.sketch.drawing import Drawing
from nkd_pipeline.sketch.garments import cloths
from nkd_pipeline.sketch.geometry import Points, along, curve, moved, ribbon, spline
from nkd_pipeline.sketch.spec import Cloth, GarmentSpec

# outline of the sole seen from the side, toe to the left, with its block heel; a third value marks a Bezier control
WELT = ((-0.635, 0.19), (-0.56, 0.262, 1), (-0.30, 0.262), (0.10, 0.262, 1), (0.56, 0.245))
UNDER = (
    (0.56, 0.245), (0.585, 0.25, 1), (0.575, 0.31), (0.565, 0.385), (0.26, 0.387), (0.235, 0.335), (0.10, 0.325, 1), (-0.05, 0.342),
    (-0.45, 0.352, 1), (-0.58, 0.315), (-0.67, 0.27, 1), (-0.655, 0.20), (-0.65, 0.185, 1), (-0.635, 0.19)
)  # fmt: skip


def boots(spec: GarmentSpec, d: Drawing) -> None:
    """A pair of boots from the side, toes to the left."""
    for shift in ((0.26, -0.16), (0.0, 0.0)):
        one = Drawing(d.rng)
        _boot(spec, one)
        d.place(one, shift)


def _instep(top: float) -> Points:
    """The front edge, from the vamp up to the rim."""
    return curve((-0.34, -0.02), (-0.10, -0.06, 1), (0.0, -0.24, 1), (0.02, top + 0.03), steps=20)


def _shaft(top: float) -> Points:
    """Outline of a boot without its sole, reaching up to `top`."""
    back = curve((0.02, top + 0.03), (0.30, top - 0.015, 1), (0.50, top), (0.455, -0.2, 1), (0.53, 0.0, 1), (0.55, 0.27), (0, 0.28))
    toe = curve((-0.60, 0.265), (-0.68, 0.10, 1), (-0.52, 0.02, 1), (-0.34, -0.02))
    return np.concatenate([back, toe, _instep(top)[1:]])


def _boot(spec: GarmentSpec, d: Drawing) -> None:
    high = spec.length in ("long", "knee-length", "midi") or spec.has("high shaft", "knee-high")
    top, thread = -0.95 if high else -0.55, cloths.thread(spec)
    laced = spec.closure == "laces" or spec.has("lace-up")
    if laced:
        tongue = curve((0.02, top + 0.08), (0.02, top - 0.07, 1), (0.10, top - 0.08), (0.21, top - 0.07, 1), (0.22, top + 0.05))
        d.part(tongue, cloths.plain(spec), shade=0.85, edge=0.025, contact=0.0, form=0)
    rim = spline([(0.02, top + 0.03), (0.24, top - 0.045), (0.50, top), (0.26, top + 0.055)])
    d.part(rim, cloths.lining(spec), shade=0.5, contact=0.0, edge=0.02)
    folds = (
        (-0.02, -0.16, 0.22, -0.06, 0.025, 0.014),
        (0.02, -0.24, 0.24, -0.16, 0.022, 0.010),
        (-0.34, 0.02, -0.16, 0.12, 0.02, 0.008),
        (0.50, -0.10, 0.34, -0.04, 0.02, 0.010),
    )
    d.part(_shaft(top), spec.cloth, folds=folds, edge=0.11, form=0.6, crumple=0.4)
    d.glow((-0.44, 0.08), (0.12, 0.05), 0.12, angle=-0.3)
    counter = curve((0.40, 0.28), (0.30, 0.10, 1), (0.36, 0.01), (0.43, -0.03, 1), (0.50, -0.035))
    vamp = curve((-0.30, -0.02), (-0.10, 0.04, 1), (0.0, 0.275))
    for line, aside in ((counter, -0.014), (vamp, 0.014)):
        d.seam(line, 0.005, 0.3)
        for rows in (1, 2):
            d.stitch(moved(line, aside * rows, 0.0), thread, 0.003)
    d.stitch(curve((0.03, top + 0.055), (0.30, top + 0.015, 1), (0.49, top + 0.025)), thread, 0.003)
    _boot_laces(spec, d, top) if laced else _elastic(spec, d, top, insert=not high)
    if spec.has("fur", "lined") and not spec.has("unlined"):
        cuff = spline([(0.0, top + 0.05), (0.0, top - 0.05), (0.26, top - 0.09), (0.53, top - 0.05), (0.53, top + 0.06), (0.26, top + 0.08)])
        d.part(cuff + d.rng.normal(0, 0.006, cuff.shape), cloths.of((214, 202, 184), "teddy"), edge=0.04, contact=0.5, form=0)
    _heeled_sole(spec, d)


def _boot_laces(spec: GarmentSpec, d: Drawing, top: float) -> None:
    """A facing along the instep with eyelets, and laces that cross from one side to the other."""
    colour = shaded(spec.cloth.colour, 0.6) if luminance(spec.cloth.colour) > 90 else (176, 150, 104)
    front = _instep(top)[3:]
    inner = moved(front, 0.135, 0.045)
    d.part(np.concatenate([front, inner[::-1]]), spec.cloth, edge=0.014, contact=0.4, form=0, crumple=0.2, sewn=True)
    d.stitch(moved(inner, -0.016, -0.004), cloths.thread(spec), 0.003)
    edge = along(front, np.linspace(0.14, 0.95, 8 if top > -0.8 else 12))
    eyelets = moved(edge, 0.098, 0.032)
    for x, y in eyelets:
        d.button(float(x), float(y), 0.016, cloths.BRASS, "metal")
    for here, there in ((edge[1:], eyelets[:-1]), (edge, eyelets)):
        for a, b in zip(here, there, strict=True):
            d.cord(np.array([a, b]), 0.019, colour)


def _elastic(spec: GarmentSpec, d: Drawing, top: float, insert: bool) -> None:
    """The elastic gusset of Chelsea boots, and the loop to pull them on."""
    gusset = curve((0.17, top - 0.01), (0.40, top - 0.01), (0.38, -0.10, 1), (0.29, -0.02), (0.20, -0.10, 1), (0.17, top - 0.01))
    if insert:
        d.part(gusset, Cloth(shaded(spec.cloth.colour, 0.62), fabric="rib"), edge=0.014, contact=0.0, form=0, sewn=True)
        d.stitch(gusset.mean(axis=0) + (gusset[1:] - gusset.mean(axis=0)) * (1.14, 1.04), cloths.thread(spec), 0.003)
    loop = curve((0.455, top + 0.08), (0.45, top - 0.10, 1), (0.515, top - 0.10, 1), (0.487, top + 0.08))
    d.part(ribbon(loop, 0.024), cloths.plain(spec), edge=0.01, contact=0.3, form=0)


def _heeled_sole(spec: GarmentSpec, d: Drawing) -> None:
    """A dark sole with a block heel under a stitched welt."""
    rubber, welt = (58, 52, 48) if luminance(spec.cloth.colour) > 50 else (44, 42, 42), curve(*WELT)
    d.part(np.concatenate([welt, curve(*UNDER)[1:]]), Cloth(rubber, fabric="jersey"), edge=0.022, contact=0.3, form=0, crumple=0)
    d.seam(np.array([(0.262, 0.318), (0.572, 0.312)]), 0.005, 0.35)
    for x in np.linspace(-0.5, 0.16, 12):  # the ends of the tread's lugs
        d.seam(np.array([(x, 0.322), (x - 0.004, 0.352)]), 0.012, 0.4)
    band = moved(welt, 0, 0.014)
    d.part(ribbon(band, 0.026), Cloth(shaded(rubber, 1.2), fabric="jersey"), edge=0.008, contact=0.0, form=0, crumple=0, sewn=True)
    d.stitch(band, (150, 132, 100), 0.003)
