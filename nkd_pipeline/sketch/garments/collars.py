"""What closes a garment at the neck, and the collars among it."""

from __future__ import annotations

import numpy as np

from nkd_pipeline.sketch.drawing import Drawing
from nkd_pipeline.sketch.garments import cloths
from nkd_pipeline.sketch.garments.bodice import Bodice
from nkd_pipeline.sketch.garments.cuts import NECK_Y
from nkd_pipeline.sketch.garments.hoods import fur_roll, hood
from nkd_pipeline.sketch.garments.necks import cowl, neckband, turtleneck
from nkd_pipeline.sketch.geometry import curve, moved, sided, symmetric
from nkd_pipeline.sketch.spec import GarmentSpec


def finish_neck(spec: GarmentSpec, d: Drawing, b: Bodice) -> None:
    """The collar if the garment has one, else what its neckline asks for."""
    collars = {
        "polo collar": polo_collar,
        "shirt collar": shirt_collar,
        "button-down collar": shirt_collar,
        "cuban collar": shirt_collar,
        "stand-up collar": stand_up_collar,
        "peter pan collar": peter_pan_collar,
        "shawl collar": shawl_collar,
        "fur collar": fur_collar,
        "hood": hood,
        "lapel collar": lapels,
    }
    if spec.collar in collars:
        collars[spec.collar](spec, d, b)
    elif spec.neckline in ("turtleneck", "mock neck"):
        turtleneck(spec, d, b)
    elif spec.neckline == "cowl neck":
        cowl(spec, d, b)
    else:
        neckband(spec, d, b)


def shirt_collar(spec: GarmentSpec, d: Drawing, b: Bodice) -> None:
    """Kent collar on a stand; a Cuban collar lies flat and open, a button-down one has two buttons."""
    w, open_ = b.neck.width, spec.collar == "cuban collar"
    stand = curve((0, NECK_Y - 0.075), (w * 0.7, NECK_Y - 0.07, 1), (w - 0.03, NECK_Y - 0.03), (w * 0.55, NECK_Y + 0.045, 1), (0, NECK_Y + 0.05))
    d.part(symmetric(stand), cloths.plain(spec), shade=0.78, contact=0.0, edge=0.02, form=0)
    reach = 0.075 if open_ else 0.0
    tip = (0.185 + reach, b.front + 0.105 + reach)
    leaf = curve(
        (0.006, b.front + 0.018),
        (0.055, NECK_Y + 0.075, 1),
        (w - 0.05, NECK_Y - 0.055),
        (w - 0.012, NECK_Y - 0.062),
        (w + 0.022, NECK_Y - 0.01),
        (w + 0.065, NECK_Y + 0.075, 1),
        tip,
    )
    cloth = cloths.trim(spec) if spec.contrasting and spec.has("contrast collar") else spec.cloth
    for side, outline in d.both(leaf):
        d.part(outline, cloth, edge=0.015, contact=0.8, form=0, crumple=0.2, grain=side * 0.45, pivot=(0.0, NECK_Y))
        middle = outline.mean(axis=0)
        d.stitch((middle + (outline - middle) * 0.88)[[0, -1, -2, -3, -4, -5]], cloths.thread(spec), 0.003)
        if spec.collar == "button-down collar":
            d.button(side * (tip[0] - 0.02), tip[1] - 0.02, 0.011, cloths.button(spec))


def polo_collar(spec: GarmentSpec, d: Drawing, b: Bodice) -> None:
    """A soft ribbed collar lying flat."""
    w = b.neck.width
    back = curve((0, NECK_Y - 0.07), (w * 0.7, NECK_Y - 0.066, 1), (w - 0.03, NECK_Y - 0.03), (w * 0.55, NECK_Y + 0.04, 1), (0, NECK_Y + 0.045))
    cloth = cloths.trim(spec, "rib") if spec.contrasting and spec.has("contrast collar", "contrast") else cloths.rib(spec)
    d.part(symmetric(back), cloth, shade=0.74, contact=0.0, edge=0.02, form=0)
    leaf = curve(
        (0.004, b.front + 0.01),
        (0.05, NECK_Y + 0.06, 1),
        (w - 0.05, NECK_Y - 0.052),
        (w - 0.012, NECK_Y - 0.058),
        (w + 0.03, NECK_Y - 0.005),
        (w + 0.075, NECK_Y + 0.075, 1),
        (w + 0.03, b.front + 0.085),
    )
    for side, outline in d.both(leaf):
        d.part(outline, cloth, edge=0.02, contact=0.7, form=0, crumple=0.2, grain=side * 0.5)


def peter_pan_collar(spec: GarmentSpec, d: Drawing, b: Bodice) -> None:
    """Two flat leaves with round tips."""
    w = b.neck.width
    cloth = cloths.trim(spec) if spec.contrasting and spec.cloth.pattern == "plain" else cloths.plain(spec)
    leaf = np.concatenate(
        [
            moved(b.neckline[::1], 0.003, 0),
            curve(
                (w + 0.095, NECK_Y + 0.055),
                (w + 0.115, b.front + 0.03, 1),
                (0.13, b.front + 0.165, 1),
                (0.02, b.front + 0.11),
                (0.004, b.front + 0.03),
            ),
        ]
    )
    for _, outline in d.both(leaf):
        d.part(outline, cloth, edge=0.016, contact=0.8, form=0, crumple=0.2)


def stand_up_collar(spec: GarmentSpec, d: Drawing, b: Bodice) -> None:
    """A band that stands around the neck; split in front where a zip or buttons end."""
    w, high = b.neck.width, 0.10
    back = symmetric(curve((0, NECK_Y - high - 0.035), (w * 0.7, NECK_Y - high - 0.03, 1), (w - 0.01, NECK_Y - high + 0.005), (0, NECK_Y)))
    soft = spec.cloth.fabric in ("jersey", "knit", "rib")
    cloth = cloths.rib(spec) if soft else cloths.plain(spec)
    d.part(back, cloth, shade=0.62, contact=0.0, edge=0.02, form=0)
    front = curve(
        (0.001, b.front + 0.015),
        (w * 0.6, b.front + 0.01, 1),
        (w + 0.018, NECK_Y + 0.012),
        (w - 0.005, NECK_Y - high),
        (w * 0.6, NECK_Y - high + 0.05, 1),
        (0.012, NECK_Y - high + 0.06),
    )
    for _, outline in d.both(front):
        d.part(outline, cloth, edge=0.024, contact=0.6, form=0, crumple=0.2)


def shawl_collar(spec: GarmentSpec, d: Drawing, b: Bodice) -> None:
    """A rolled collar running down into the front."""
    w = b.neck.width
    d.part(
        symmetric(
            curve((0, NECK_Y - 0.07), (w * 0.7, NECK_Y - 0.07, 1), (w - 0.004, NECK_Y + 0.012), (w * 0.7, NECK_Y + 0.06, 1), (0, NECK_Y + 0.06))
        ),
        cloths.lining(spec),
        shade=0.8,
        contact=0.0,
    )
    leaf = np.concatenate(
        [b.neckline, curve((w - 0.01, NECK_Y - 0.06), (w + 0.08, NECK_Y + 0.02), (w + 0.12, b.front - 0.14, 1), (0.004, b.front + 0.03))]
    )
    for side, outline in d.both(leaf):
        d.part(
            outline, cloths.rib(spec) if spec.cloth.fabric in ("knit", "jersey") else spec.cloth, edge=0.025, contact=0.8, form=0, grain=side * 0.35
        )


def lapels(spec: GarmentSpec, d: Drawing, b: Bodice) -> None:
    """Notched collar of blazers and coats."""
    w = b.neck.width
    d.part(
        symmetric(
            curve((0, NECK_Y - 0.085), (w * 0.7, NECK_Y - 0.08, 1), (w - 0.002, NECK_Y + 0.012), (w * 0.7, NECK_Y + 0.06, 1), (0, NECK_Y + 0.06))
        ),
        cloths.plain(spec),
        shade=0.85,
        contact=0.0,
        edge=0.025,
    )
    notch = NECK_Y + 0.20
    lapel = curve(
        (0.002, b.front + 0.02),
        (w * 0.45, b.front - 0.22, 1),
        (w * 0.72, notch - 0.06),
        (w + 0.115, notch - 0.025),
        (w + 0.09, b.front - 0.24, 1),
        (0.012, b.front + 0.03),
    )
    collar = curve(
        (w * 0.62, notch + 0.015),
        (w * 0.8, NECK_Y + 0.05, 1),
        (w - 0.03, NECK_Y - 0.075),
        (w + 0.03, NECK_Y - 0.01),
        (w + 0.105, NECK_Y + 0.115, 1),
        (w + 0.075, notch - 0.055),
    )
    for side in (-1, 1):
        d.part(sided(lapel, side), spec.cloth, edge=0.016, contact=0.9, form=0, crumple=0.15, grain=side * 0.25)
        d.part(sided(collar, side), spec.cloth, edge=0.016, contact=0.7, form=0, crumple=0.15, grain=side * -0.5)


def fur_collar(spec: GarmentSpec, d: Drawing, b: Bodice) -> None:
    """A stand-up collar edged with fur."""
    stand_up_collar(spec, d, b)
    fur_roll(
        spec,
        d,
        curve(
            (0.02, b.front + 0.03),
            (b.neck.width + 0.05, b.front - 0.02, 1),
            (b.neck.width + 0.04, NECK_Y - 0.06),
            (0.10, NECK_Y - 0.13, 1),
            (0, NECK_Y - 0.13),
        ),
    )
