"""Necklines without a collar: bands, keyholes, turtlenecks, cowls."""

from __future__ import annotations

import numpy as np

from nkd_pipeline.sketch.drawing import Drawing
from nkd_pipeline.sketch.garments import cloths
from nkd_pipeline.sketch.garments.bodice import Bodice
from nkd_pipeline.sketch.garments.cuts import NECK_Y
from nkd_pipeline.sketch.geometry import curve, mirrored, moved, offset, symmetric
from nkd_pipeline.sketch.spec import GarmentSpec


def neckband(spec: GarmentSpec, d: Drawing, b: Bodice) -> None:
    """A band along the neckline; ribbed on jersey and knit, a narrow facing on woven cloth."""
    woven = spec.cloth.fabric in ("woven", "linen", "satin", "lace", "denim", "twill")
    width = min(b.neck.band, 0.02) if woven else b.neck.band
    if not width:
        return
    whole = np.concatenate([mirrored(b.neckline)[::-1], b.neckline[1:]])
    outer = offset(whole, width)
    if b.neck.form == "v":
        outer[len(b.neckline) - 1] = (0, b.front + width * 1.9)
    # the ends follow the shoulder slope instead of the neckline's normal
    drop = width * b.cut.drop / max(0.08, b.cut.shoulder - b.neck.width) + 0.002
    reach = min(width, max(0.0, b.cut.shoulder - b.neck.width))  # never beyond the shoulder
    outer[0], outer[-1] = moved(whole[0], -reach, drop), moved(whole[-1], reach, drop)
    cloth = cloths.plain(spec) if woven else cloths.rib(spec)
    if spec.contrasting and spec.has("contrast neck", "piping", "contrast trim", "contrasting trim", "ringer", "contrast collar"):
        cloth = cloths.trim(spec, cloth.fabric)
    d.part(np.concatenate([whole, outer[::-1]]), cloth, edge=0.012, contact=0.3, form=0.0, crumple=0.0)
    if not woven:
        d.stitch(offset(outer, 0.008))
    if spec.neckline == "keyhole neck":
        keyhole(spec, d, b.front + width)
    if spec.neckline == "wrap neck":
        d.seam(curve((0.0, b.front - 0.03), (-0.10, b.front + 0.13, 1), (-b.cut.waist + 0.02, b.cut.waist_y + 0.03)), 0.006, 0.4)


def keyhole(spec: GarmentSpec, d: Drawing, top: float) -> None:
    """A drop-shaped slit below the band, closed by a button."""
    drop = curve((0, top), (0.035, top + 0.08, 1), (0.030, top + 0.15, 1), (0, top + 0.15))
    d.part(symmetric(drop), cloths.lining(spec), shade=0.6, contact=0.0, edge=0.02)
    d.button(0, top - 0.008, 0.014, cloths.button(spec))


def turtleneck(spec: GarmentSpec, d: Drawing, b: Bodice) -> None:
    """A rolled or a low standing ribbed collar."""
    high = 0.115 if spec.neckline == "turtleneck" else 0.055
    w = b.neck.width
    back = symmetric(curve((0, NECK_Y - high - 0.022), (w * 0.7, NECK_Y - high - 0.022, 1), (w - 0.012, NECK_Y - high), (0, NECK_Y - high + 0.03)))
    d.part(back, cloths.rib(spec), shade=0.64, contact=0.0, edge=0.02, form=0)
    front = curve(
        (0, b.front + 0.02),
        (w * 0.7, b.front + 0.015, 1),
        (w + 0.028, NECK_Y + 0.012),
        (w - 0.005, NECK_Y - high),
        (w * 0.55, NECK_Y - high + 0.026, 1),
        (0, NECK_Y - high + 0.028),
    )
    d.part(symmetric(front), cloths.rib(spec), edge=0.026, contact=0.7, crumple=0.3)
    if spec.neckline == "turtleneck":
        fold = curve((w + 0.02, NECK_Y - 0.012), (w * 0.6, NECK_Y + 0.052, 1), (0, NECK_Y + 0.055))
        d.seam(np.concatenate([fold, mirrored(fold)[::-1]]), 0.009, 0.32)


def cowl(spec: GarmentSpec, d: Drawing, b: Bodice) -> None:
    """Cloth falling in loops below the neck."""
    w = b.neck.width
    for depth, wider in ((0.34, 0.05), (0.19, 0.02)):
        low = b.front + depth * 0.55
        loop = curve((0, low), (w * 0.75, low, 1), (w + wider, NECK_Y + 0.015), (w - 0.01, NECK_Y), (w * 0.66, low - 0.12, 1), (0, low - 0.11))
        d.part(symmetric(loop), spec.cloth, edge=0.05, contact=0.7)
