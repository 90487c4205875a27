"""Bodysuits, rompers and pyjamas."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nkd_pipeline.sketch.drawing import Drawing, Relief
from nkd_pipeline.sketch.garments import cloths, cuts, tops, trousers
from nkd_pipeline.sketch.garments import fastenings as sewn
from nkd_pipeline.sketch.garments.bodice import Bodice, bodice, paint_back, paint_body, paint_sleeves
from nkd_pipeline.sketch.garments.collars import finish_neck
from nkd_pipeline.sketch.garments.cuts import NECK_Y
from nkd_pipeline.sketch.geometry import curve, moved, ribbon, sided, symmetric
from nkd_pipeline.sketch.spec import GarmentSpec


def bodysuit(spec: GarmentSpec, d: Drawing) -> None:
    """A shirt that ends in a snapped crotch, with envelope shoulders."""
    b = bodice(spec, d)
    cut = b.cut
    hip_y, low = cut.bottom + 0.02, cut.bottom + 0.26
    side = curve(tuple(b.side[0]), (cut.waist, cut.waist_y, 1), (cut.hem, hip_y))
    leg = curve((cut.hem, hip_y), (cut.hem * 0.62, hip_y + 0.03, 1), (0.20, low - 0.08, 1), (0.135, low))
    hem = np.concatenate([leg, np.array([(0.0, low + 0.012)])])
    body = symmetric(np.concatenate([b.neckline, b.armhole, side[1:], hem[1:]]))
    b = replace(b, side=side, hem=hem, body=body, relief=Relief((body, *b.sleeves), b.relief.folds))
    tops.place_print(spec, d, b)
    if spec.sleeves == "sleeveless" or b.sleeves:
        paint_sleeves(spec, d, b)
    paint_back(spec, d, b)
    paint_body(spec, d, b)
    sewn.cuffs(spec, d, b)
    for _, line in d.both(leg):
        d.part(ribbon(line - (0.006, 0.002), 0.04), cloths.rib(spec), edge=0.012, contact=0.25, form=0)
    placket = np.array([(-0.135, low - 0.045), (0.135, low - 0.045), (0.135, low + 0.008), (0, low + 0.018), (-0.135, low + 0.008)])
    d.part(placket, cloths.rib(spec), edge=0.012, contact=0.35, form=0)
    for x in (-0.085, 0.0, 0.085):
        d.button(x, low - 0.014, 0.0155, cloths.NICKEL, "metal")
    _envelope(spec, d, b)
    if spec.closure == "full button front":
        sewn.front_closure(spec, d, b)
    finish_neck(spec, d, b)


def _envelope(spec: GarmentSpec, d: Drawing, b: Bodice) -> None:
    """The overlapping shoulders that let a baby's head through."""
    if spec.neckline != "crew neck" or spec.collar:
        return
    w, sx, sy = b.neck.width, b.cut.shoulder, NECK_Y + b.cut.drop
    for side in (-1, 1):
        line = sided(curve((w + 0.02, NECK_Y + 0.02), (w + 0.06, NECK_Y + 0.16, 1), (sx - 0.03, sy + 0.13)), side)
        d.seam(moved(line, 0, 0.006), 0.016, 0.14)
        d.seam(line, 0.006, 0.34)


def romper(spec: GarmentSpec, d: Drawing) -> None:
    """One piece with legs (and feet where the texts speak of them), snapped down the front."""
    cut = cuts.upper(spec)
    legs_cut = cuts.LowerCut(cut.waist, cut.hem + 0.02, 0.40, 0.30, 0.20, 0.98 if spec.length != "short" else 0.56, 0.05)
    legs = trousers.lay_out(d, legs_cut, cut.waist_y - 0.08)
    b = bodice(replace(spec, length=""), d)
    side = np.concatenate([curve(tuple(b.side[0]), (cut.waist, cut.waist_y - 0.1, 1), tuple(legs.outer[6])), legs.outer[7:]])
    body = symmetric(np.concatenate([b.neckline, b.armhole, side[1:], legs.inner]))
    b = replace(b, side=side, body=body, relief=Relief((body, *b.sleeves), b.relief.folds, edge=0.045))
    tops.place_print(replace(spec, printed=replace(spec.printed, size=0.8) if spec.printed else None), d, b)
    if spec.has("feet", "foot"):
        for s in (-1, 1):
            (ox, oy), (ix, _) = legs.hem
            d.part(
                sided(curve((ox, oy - 0.05), (ox + 0.05, oy + 0.16, 1), (ix + 0.09, oy + 0.14), (ix - 0.05, oy + 0.14, 1), (ix, oy - 0.05)), s),
                spec.cloth,
                contact=0.2,
            )
    paint_sleeves(spec, d, b)
    paint_back(spec, d, b)
    paint_body(spec, d, b)
    sewn.cuffs(replace(spec, hem="ribbed hem"), d, b)
    if not spec.has("feet", "foot"):
        trousers.hems(replace(spec, hem=spec.hem or "ribbed hem"), d, legs)
    top, end = b.front - 0.01, legs.crotch - 0.01
    if spec.closure == "zip":
        sewn.zipper(spec, d, top, end)
    else:
        sewn.placket(spec, d, top, end, max(4, round((end - top) / 0.15)), "metal" if spec.closure == "snap fasteners" else "button", 0.032)
    finish_neck(spec, d, b)


def pyjamas(spec: GarmentSpec, d: Drawing) -> None:
    """Top and trousers of one set side by side; the trousers carry the pattern, or both."""
    lower = Drawing(d.rng)
    short = spec.length in ("short", "cropped") or spec.has("shorts")
    trouser_spec = replace(spec, length="short" if short else "", hem="ribbed hem" if spec.hem == "ribbed hem" else "", printed=None)
    cut = cuts.lower(trouser_spec, "pyjamas")
    legs = trousers.lay_out(lower, replace(cut, length=0.84, ankle=cut.knee + 0.06) if short else cut)
    trousers.paint_legs(trouser_spec, lower, legs)
    trousers.hems(trouser_spec, lower, legs)
    trousers.waistband(replace(trouser_spec, closure="drawstring" if spec.group != "baby" else "elastic waistband"), lower, legs)
    upper = Drawing(d.rng)
    top_spec = replace(spec, length="")
    if spec.printed is not None and spec.cloth.pattern not in ("plain", "melange"):
        top_spec = replace(top_spec, cloth=cloths.plain(spec))
    tops.top(top_spec, upper)
    (low_left, _), (low_right, _) = (corner for corner in lower.extent())
    (up_left, _), (up_right, _) = (corner for corner in upper.extent())
    overlap = 0.16 if spec.sleeves == "long sleeves" else 0.05
    d.place(lower, (up_right - low_left - overlap, 0.22 if not short else 0.30))
    d.place(upper, (0.0, 0.0))
    del low_right, up_left
