"""Dresses, skirts, jumpsuits and dungarees."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nkd_pipeline.sketch.drawing import Drawing, Fold, Relief
from nkd_pipeline.sketch.garments import cloths, cuts, tops, trousers
from nkd_pipeline.sketch.garments import fastenings as sewn
from nkd_pipeline.sketch.garments.bodice import Bodice, bodice, paint_back, paint_body, paint_sleeves
from nkd_pipeline.sketch.garments.bows import bow
from nkd_pipeline.sketch.geometry import across, curve, moved, symmetric
from nkd_pipeline.sketch.spec import GarmentSpec


def _flare(spec: GarmentSpec) -> float:
    """How wide the skirt swings, as a factor on its hem."""
    if any(word in spec.fit for word in ("fitted", "slim", "tight", "bodycon", "straight")) or spec.cloth.fabric in ("knit", "rib"):
        return 0.62
    return 1.18 if spec.has("flared", "pleat", "tulle", "swing", "a-line") or "flared" in spec.fit else 1.0


def _skirt_folds(d: Drawing, waist: float, top: float, hem: float, bottom: float, flare: float) -> tuple[Fold, ...]:
    """Folds that open from the waist to the hem."""
    count = 5 if flare < 0.8 else 11
    height = 0.007 if flare < 0.8 else 0.014
    folds = []
    for x in np.linspace(-0.88, 0.88, count) + d.rng.uniform(-0.05, 0.05, count):
        start = top + (bottom - top) * float(d.rng.uniform(0.02, 0.45))
        narrow = waist + (hem - waist) * (start - top) / (bottom - top)
        folds.append((x * hem, bottom + 0.06, x * narrow, start, float(d.rng.uniform(0.02, 0.036)), height * float(d.rng.uniform(0.6, 1.3))))
    return tuple(folds)


def dress(spec: GarmentSpec, d: Drawing) -> None:
    """Fitted top, waist seam, swinging skirt; on thin straps where the sleeves say so."""
    cut = cuts.upper(spec)
    flare = _flare(spec)
    waist_y = cut.waist_y
    cut = replace(cut, hem=max(cut.waist + 0.05, cut.hem * flare * (0.8 + 0.2 * (cut.bottom - waist_y) / 0.9)))
    collar = spec.collar not in ("", "peter pan collar")
    b = _with_skirt(bodice(spec, d, neck_name="shirt" if collar else ""), cut, d, flare)
    if spec.sleeves == "spaghetti straps":
        tops.strappy(spec, d, b)
        waist_seam(spec, d, cut)
    else:
        tops.place_print(spec, d, b)
        paint_sleeves(spec, d, b)
        if spec.neckline not in ("turtleneck", "mock neck"):
            paint_back(spec, d, b)
        paint_body(spec, d, b)
        waist_seam(spec, d, cut)
        tops.finish(spec, d, b)
    if spec.has("belt") or spec.closure == "tie belt":
        belt(spec, d, cut)
    if spec.has("tier"):
        for share in (0.35, 0.68):
            _tier(d, cut, share)


def _with_skirt(b: Bodice, cut: cuts.UpperCut, d: Drawing, flare: float) -> Bodice:
    """The bodice with its side seam led through the waist into the skirt."""
    ax, ay = b.side[0]
    side = np.concatenate(
        [
            curve((ax, ay), (cut.waist + 0.01, cut.waist_y - 0.14, 1), (cut.waist, cut.waist_y)),
            curve(
                (cut.waist, cut.waist_y),
                (cut.waist + 0.06 * flare, cut.waist_y + 0.10, 1),
                (cut.hem * 0.88, cut.bottom - 0.25, 1),
                (cut.hem, cut.bottom),
            )[1:],
        ]
    )
    hem = curve((cut.hem, cut.bottom), (cut.hem * 0.6, cut.bottom + cut.dip * 1.3, 1), (0, cut.bottom + cut.dip))
    body = symmetric(np.concatenate([b.neckline, b.armhole, side[1:], hem[1:]]))
    kept = tuple(fold for fold in b.relief.folds if fold[3] < cut.waist_y + 0.05)
    folds = kept + _skirt_folds(d, cut.waist, cut.waist_y, cut.hem, cut.bottom, flare)
    return replace(b, cut=cut, side=side, hem=hem, body=body, relief=Relief((body, *b.sleeves), folds))


def waist_seam(spec: GarmentSpec, d: Drawing, cut: cuts.UpperCut) -> None:
    """A seam with little gathers below it; knitted and shirt dresses have none."""
    if spec.cloth.fabric in ("knit", "rib", "cable") or spec.collar in ("shirt collar", "hood"):
        return
    line = across(curve((0, cut.waist_y + 0.015), (cut.waist * 0.6, cut.waist_y + 0.012, 1), (cut.waist, cut.waist_y)))
    d.seam(line, 0.014, 0.12)
    d.seam(line, 0.004, 0.32)
    for x in np.linspace(-0.92, 0.92, 19):
        length = float(d.rng.uniform(0.03, 0.10))
        d.seam(np.array([(x * cut.waist, cut.waist_y + 0.016), (x * (cut.waist + 0.35 * length), cut.waist_y + 0.016 + length)]), 0.005, 0.14)


def belt(spec: GarmentSpec, d: Drawing, cut: cuts.UpperCut) -> None:
    """A belt at the waist: tied, or with a buckle."""
    y, w = cut.waist_y, cut.waist
    cloth = cloths.trim(spec) if spec.contrasting and spec.cloth.pattern == "plain" else cloths.plain(spec)
    band = symmetric(
        curve((0, y - 0.022), (w * 0.6, y - 0.026, 1), (w + 0.008, y - 0.036), (w + 0.012, y + 0.034), (w * 0.6, y + 0.046, 1), (0, y + 0.048))
    )
    d.part(band, cloth, edge=0.018, contact=0.6, form=0)
    if spec.closure == "buckle" or spec.has("buckle"):
        d.button(0.0, y + 0.012, 0.03, cloths.BRASS, "metal")
    else:
        bow(spec, d, 0.0, y + 0.012, 0.10)


def _tier(d: Drawing, cut: cuts.UpperCut, share: float) -> None:
    y = cut.waist_y + (cut.bottom - cut.waist_y) * share
    w = cut.waist + (cut.hem - cut.waist) * (share + 0.04)
    line = across(curve((0, y + 0.02), (w * 0.6, y + 0.02, 1), (w * 0.99, y)))
    d.seam(line, 0.006, 0.3)
    for x in np.linspace(-0.94, 0.94, 25):
        d.seam(np.array([(x * w, y + 0.018), (x * w * 1.03, y + float(d.rng.uniform(0.05, 0.10)))]), 0.005, 0.13)


def skirt(spec: GarmentSpec, d: Drawing) -> None:
    """A skirt: flared, straight, pleated, in tiers, or of denim with a fly."""
    group = cuts.table()["groups"][spec.group]
    factor = {"short": 0.78, "knee-length": 1.0, "midi": 1.3, "maxi": 1.6, "long": 1.5}.get(spec.length, 0.9)
    denim = spec.cloth.fabric in ("denim", "leather", "corduroy")
    flare = 0.62 if denim and not spec.has("flared", "pleat") else _flare(spec)
    top, waist = -0.5, 0.29 * group["width"]
    bottom = top + 1.0 * factor * group["length"]
    hem = waist + 0.13 + 0.30 * max(0.0, flare - 0.6) * 2.0 * min(1.3, factor)
    side = curve((waist, top), (waist + 0.09, top + 0.14, 1), (hem * 0.93, bottom - 0.3 * factor, 1), (hem, bottom))
    low = curve((hem, bottom), (hem * 0.6, bottom + 0.055, 1), (0, bottom + 0.05))
    outline = symmetric(np.concatenate([np.array([(0.0, top + 0.02)]), side, low[1:]]))
    d.part(outline, spec.cloth, Relief((outline,), _skirt_folds(d, waist, top, hem, bottom, flare), form=0.6), contact=0.0)
    if spec.has("pleat"):
        _pleats(d, waist, top, hem, bottom)
    if spec.has("tier", "ruffle", "flounce") or spec.hem == "ruffle hem":
        cut = replace(cuts.upper(spec, "dress"), waist=waist, waist_y=top, hem=hem, bottom=bottom)
        for share in (0.38, 0.70):
            _tier(d, cut, share)
    d.stitch(across(low[::-1]) - (0, 0.032), cloths.thread(spec))
    legs = trousers.Legs(cuts.LowerCut(waist, waist + 0.07, 0.55, 0.2, 0.2, bottom - top, 0.03), top, side, side[::-1], outline)
    if denim:
        trousers.fly_and_pockets(spec, d, legs)
        d.seam(np.array([(0.0, top + 0.1), (0.0, bottom + 0.04)]), 0.004, 0.3)
    if spec.closure == "full button front":
        sewn.placket(spec, d, top + 0.03, bottom + 0.045, 7)
    trousers.waistband(replace(spec, closure=spec.closure or ("zip" if denim else "elastic waistband")), d, legs)
    if spec.has("bow", "tie belt") or spec.closure == "tie belt":
        bow(spec, d, 0.08, top + 0.07, 0.11)


def _pleats(d: Drawing, waist: float, top: float, hem: float, bottom: float) -> None:
    for x in np.linspace(-0.95, 0.95, 17):
        line = np.array([(x * waist, top + 0.10), (x * hem, bottom + 0.035)])
        d.seam(moved(line, 0.006, 0), 0.014, 0.11)
        d.seam(line, 0.005, 0.26)
