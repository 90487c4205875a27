"""Jackets, coats, vests and blazers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nkd_pipeline.sketch.drawing import Drawing
from nkd_pipeline.sketch.garments import cloths, tops
from nkd_pipeline.sketch.garments import fastenings as sewn
from nkd_pipeline.sketch.garments.bodice import Bodice, bodice, paint_back, paint_body, paint_sleeves, side_line, sleeve_end
from nkd_pipeline.sketch.garments.collars import finish_neck
from nkd_pipeline.sketch.geometry import across, along, curve, moved, offset, sided, symmetric
from nkd_pipeline.sketch.spec import GarmentSpec


def _shell(spec: GarmentSpec, d: Drawing, neck: str) -> Bodice:
    """Sleeves, inside and body, which all outerwear begins with."""
    b = bodice(spec, d, neck_name=neck)
    tops.place_print(spec, d, b)
    paint_sleeves(spec, d, b)
    paint_back(spec, d, b)
    if spec.hem == "cutaway hem":  # the back's inside shows between the fronts
        low = b.cut.bottom + b.cut.dip - 0.02
        d.part(sewn.rectangle(-0.16, b.ends - 0.06, 0.16, low), cloths.lining(spec), shade=0.6, contact=0.0, form=0)
    paint_body(spec, d, b)
    return b


def jacket(spec: GarmentSpec, d: Drawing) -> None:
    """A casual jacket with welt pockets; blouson-like when its hem is ribbed."""
    collar = spec.collar in ("lapel collar", "shawl collar")
    b = _shell(spec, d, "lapel" if collar else "shirt")
    sewn.hem_band(spec, d, b, 0.10)
    sewn.cuffs(replace(spec, details=(*spec.details, "cuff")) if spec.cloth.fabric == "twill" and spec.hem != "ribbed hem" else spec, d, b)
    tops.side_stripes(spec, d, b)
    if spec.has("chest pocket", "breast pocket"):
        sewn.chest_pocket(spec, d, b, 1, flap=True)
    if spec.has("patch pocket"):
        sewn.patch_pockets(spec, d, b)
    else:
        sewn.slant_pockets(spec, d, b, zipped=spec.closure == "zip")
    finish_neck(spec, d, b)
    sewn.front_closure(spec, d, b, "metal")


def quilted_jacket(spec: GarmentSpec, d: Drawing) -> None:
    """A padded jacket: its channels are the cloth's own weave; a vest is the same without sleeves."""
    b = _shell(spec, d, "shirt")
    if not b.sleeves:
        for _, line in d.both(offset(b.armhole, 0.018)):
            d.seam(line, 0.007, 0.25)
    sewn.hem_band(spec, d, b, 0.08)
    _soft_cuffs(spec, d, b)
    sewn.slant_pockets(spec, d, b, zipped=True)
    finish_neck(spec, d, b)
    sewn.front_closure(spec, d, b, "metal")


def _soft_cuffs(spec: GarmentSpec, d: Drawing, b: Bodice) -> None:
    for side in (-1, 1) if b.sleeves else ():
        grain = side * np.radians(b.sleeve.angle - 90)
        d.part(sleeve_end(b, side, -0.03, 0.03, 0.003), cloths.plain(spec), grain=grain, edge=0.02, contact=0.3, form=0)


def denim_jacket(spec: GarmentSpec, d: Drawing) -> None:
    """Trucker jacket: yoke, V seams below the flap pockets, waistband, contrast stitching, metal buttons."""
    b = _shell(spec, d, "shirt")
    thread = cloths.thread(spec)
    yoke = b.cut.armpit - 0.065
    wide = float(np.interp(yoke, b.armhole[:, 1], b.armhole[:, 0]))
    for dy in (0.0, 0.014):
        (d.seam if dy == 0 else d.stitch)(np.array([(-wide, yoke + dy), (wide, yoke + dy)]))
    if thread:
        d.stitch(np.array([(-wide, yoke + 0.014), (wide, yoke + 0.014)]), thread)
    bottom = b.cut.bottom - 0.10
    for side in (-1, 1):
        for x0, x1 in ((0.135, 0.085), (0.295, 0.20)):
            line = sided(np.array([(x0, yoke + 0.03), (x1, bottom)]), side)
            d.seam(line, 0.005, 0.3)
            for gap in (-0.011, 0.011):
                d.stitch(moved(line, gap, 0), thread, 0.003)
        d.stitch(offset(sided(b.armhole, side), -side * 0.014), thread, 0.003)
        d.glow((side * 0.2, 0.12), (0.12, 0.22), 0.12)
        _trucker_pocket(spec, d, yoke, side)
        if bottom > yoke + 0.45:  # cropped ones have room for the chest pockets alone
            _hand_pocket(spec, d, b, side)
    _waistband(spec, d, b)
    sewn.cuffs(spec, d, b)
    sewn.placket(spec, d, b.front - 0.012, b.ends + 0.035, 6, "metal", 0.042)
    finish_neck(spec, d, b)


def _trucker_pocket(spec: GarmentSpec, d: Drawing, yoke: float, side: int) -> None:
    """A flap with a point and a metal button, set into the yoke seam."""
    thread = cloths.thread(spec)
    flap = sided(np.array([(0.115, yoke + 0.002), (0.315, yoke + 0.002), (0.312, yoke + 0.062), (0.215, yoke + 0.105), (0.118, yoke + 0.062)]), side)
    bag = sided(np.array([(0.13, yoke + 0.02), (0.30, yoke + 0.02), (0.275, yoke + 0.235), (0.215, yoke + 0.255), (0.155, yoke + 0.235)]), side)
    d.part(bag, spec.cloth, edge=0.008, bulge=0.4, contact=0.15, form=0, crumple=0.2, sewn=True)
    d.stitch(bag[[1, 2, 3, 4, 0]], thread, 0.003)
    d.part(flap, spec.cloth, edge=0.014, contact=0.8, form=0, crumple=0.2, sewn=True)
    middle = flap.mean(axis=0)
    d.stitch((middle + (flap - middle) * 0.88)[[1, 2, 3, 4, 0]], thread, 0.003)
    d.button(side * 0.215, yoke + 0.072, 0.0165, cloths.BRASS, "metal")


def _hand_pocket(spec: GarmentSpec, d: Drawing, b: Bodice, side: int) -> None:
    y = b.cut.bottom - 0.34
    welt = sided(np.array([(0.245, y), (0.272, y - 0.004), (0.330, y + 0.185), (0.303, y + 0.192)]), side)
    d.part(welt, spec.cloth, edge=0.010, contact=0.5, form=0, crumple=0, sewn=True)
    d.stitch(moved(welt[[0, 3]], -0.011 * side, 0), cloths.thread(spec), 0.003)


def _waistband(spec: GarmentSpec, d: Drawing, b: Bodice) -> None:
    """The separate band of trucker jackets with side tabs."""
    line = across(b.hem[::-1])
    band = np.concatenate([line * (1.0, 1) - (0, 0.055), (moved(line * (0.99, 1), 0, 0.04))[::-1]])
    thread = cloths.thread(spec)
    d.part(band, spec.cloth, edge=0.018, contact=0.5, form=0.1)
    d.stitch(line - (0, 0.040), thread, 0.003)
    d.stitch(moved(line * (0.985, 1), 0, 0.022), thread, 0.003)
    for side in (-1, 1):
        d.button(side * (b.cut.hem - 0.075), b.cut.bottom - 0.005, 0.015, cloths.BRASS, "metal")


def blazer(spec: GarmentSpec, d: Drawing) -> None:
    """Lapels, two buttons, flap pockets, a breast welt; a shirt-like lining shows at the neck."""
    b = _shell(spec, d, "lapel")
    d.stitch(across(b.hem[::-1]) - (0, 0.03))
    sewn.cuffs(spec, d, b)
    _front_edge(d, b, end=0.0)
    for side in (-1, 1):
        d.seam(sided(curve((0.215, -0.05), (0.205, 0.12, 1), (0.225, b.cut.waist_y + 0.10)), side), 0.005, 0.2)
    sewn.flap_pockets(spec, d, b)
    welt = np.array([(0.135, -0.19), (0.265, -0.215), (0.268, -0.183), (0.138, -0.158)])
    d.part(welt, spec.cloth, edge=0.008, contact=0.4, form=0, crumple=0, sewn=True)
    sewn.button_row(spec, d, np.arange(b.front + 0.045, min(b.front + 0.25, b.ends - 0.06), 0.155), radius=0.022, x=-0.012)
    finish_neck(spec, d, b)


def coat(spec: GarmentSpec, d: Drawing) -> None:
    """A long coat: lapels or hood, buttons or zip, flap pockets, an optional belt."""
    lapels = spec.collar in ("lapel collar", "shawl collar")
    b = _shell(spec, d, "lapel" if lapels else "shirt")
    sewn.hem_band(spec, d, b)
    sewn.cuffs(spec, d, b)
    if lapels:
        _front_edge(d, b, end=0.03)
        gap = 0.10 if spec.has("double-breasted", "double breasted") else 0.0
        heights = np.arange(b.front + 0.06, min(b.front + 0.80, b.ends - 0.09), 0.24)
        for x in (-gap, gap) if gap else (-0.02,):
            sewn.button_row(spec, d, heights, radius=0.026, x=x)
    else:
        if spec.collar != "hood":
            finish_neck(spec, d, b)
        sewn.front_closure(spec, d, b, "metal" if spec.closure == "snap fasteners" else "button")
    sewn.flap_pockets(spec, d, b)
    if spec.has("belt") or spec.closure == "tie belt":
        _coat_belt(spec, d, b)
    if lapels or spec.collar == "hood":
        finish_neck(spec, d, b)


def _front_edge(d: Drawing, b: Bodice, end: float) -> None:
    """The overlapping edge of the front, from the lapels' crossing to the hem, which it meets at x = `end`."""
    line = curve((0.012, b.front + 0.02), (0.03, min(b.front + 0.3, b.ends - 0.12)), (0.03, b.ends - 0.10, 1), (end, b.ends - 0.004), steps=20)
    d.seam(moved(line, 0.008, 0), 0.018, 0.13)
    d.seam(line, 0.006, 0.45)
    d.stitch(line - (0.014, 0))


def _coat_belt(spec: GarmentSpec, d: Drawing, b: Bodice) -> None:
    y = b.cut.waist_y - 0.02
    w = side_line(b, y)
    d.part(symmetric(curve((0, y + 0.01), (w, y - 0.01), (w + 0.006, y + 0.075), (0, y + 0.095))), spec.cloth, edge=0.016, contact=0.6, form=0)
    d.part(
        np.array([(-0.07, y - 0.012), (0.07, y - 0.012), (0.07, y + 0.115), (-0.07, y + 0.115)]),
        cloths.of((70, 56, 46), "leather"),
        edge=0.012,
        contact=0.6,
        form=0,
    )
    d.part(np.array([(-0.045, y + 0.012), (0.045, y + 0.012), (0.045, y + 0.09), (-0.045, y + 0.09)]), spec.cloth, edge=0.010, contact=0.3, form=0)
    reach = min(0.42, b.ends - y - 0.04)
    tail = along(np.array([(0.05, y + 0.06), (0.09, y + 0.6 * reach), (0.085, y + reach)]), np.linspace(0, 1, 8))
    d.part(np.concatenate([offset(tail, 0.035), offset(tail, -0.035)[::-1]]), spec.cloth, edge=0.016, contact=0.7, form=0)
