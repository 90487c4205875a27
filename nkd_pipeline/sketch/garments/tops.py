"""T-shirts and whatever is cut like them: long sleeves, polo shirts, tank tops, camisoles, sweatshirts, hoodies."""

from __future__ import annotations

import numpy as np

from nkd_pipeline.sketch.colour import shaded
from nkd_pipeline.sketch.drawing import Drawing, Placard, Relief
from nkd_pipeline.sketch.garments import cloths, cuts
from nkd_pipeline.sketch.garments import fastenings as sewn
from nkd_pipeline.sketch.garments.bodice import Bodice, bodice, paint_back, paint_body, paint_sleeves, side_line
from nkd_pipeline.sketch.garments.bows import bow
from nkd_pipeline.sketch.garments.collars import finish_neck
from nkd_pipeline.sketch.garments.cuts import NECK_Y
from nkd_pipeline.sketch.geometry import curve, mirrored, offset, ribbon, sided, symmetric
from nkd_pipeline.sketch.spec import GarmentSpec


def top(spec: GarmentSpec, d: Drawing) -> None:
    """A whole upper garment, as its words say."""
    if spec.sleeves == "spaghetti straps":
        camisole(spec, d)
        return
    collar = spec.collar in ("shirt collar", "polo collar", "button-down collar", "cuban collar", "stand-up collar", "hood", "fur collar")
    b = bodice(spec, d, neck_name="shirt" if collar else "")
    place_print(spec, d, b)
    paint_sleeves(spec, d, b)
    if spec.neckline not in ("turtleneck", "mock neck"):
        paint_back(spec, d, b)
    paint_body(spec, d, b)
    finish(spec, d, b)


def finish(spec: GarmentSpec, d: Drawing, b: Bodice, metal: bool = False) -> None:
    """Hem, cuffs, pockets, closure, neck and details, in sewing order."""
    sewn.hem_band(spec, d, b)
    sewn.cuffs(spec, d, b)
    if not b.sleeves and spec.neckline != "off-shoulder":
        for _, line in d.both(offset(b.armhole, 0.022)):
            d.stitch(line)
    pockets(spec, d, b)
    if spec.has("ruffle", "frill", "flounce"):
        (sewn.shoulder_ruffles if spec.has_at("ruffle", "shoulder", "sleeve") else sewn.ruffles)(spec, d, b)
    side_stripes(spec, d, b)
    look = "metal" if metal else "button"
    if spec.collar == "stand-up collar":  # its closure reaches up to the collar's edge
        finish_neck(spec, d, b)
        sewn.front_closure(spec, d, b, look)
    else:
        sewn.front_closure(spec, d, b, look)
        finish_neck(spec, d, b)
    if spec.has("lace"):
        sewn.lace_trim(spec, d, np.concatenate([mirrored(b.hem), b.hem[::-1][1:]]) - (0, 0.05), 0.07)
    if spec.has("bow", "knot"):
        bow(spec, d, 0, b.front + 0.06, 0.085)


def pockets(spec: GarmentSpec, d: Drawing, b: Bodice) -> None:
    """Pockets the article names, and those a hoodie has anyway."""
    if spec.has("chest pocket", "breast pocket"):
        sewn.chest_pocket(spec, d, b)
    if spec.has("kangaroo") or (spec.kind == "hoodie" and spec.closure != "zip"):
        sewn.kangaroo_pocket(spec, d, b)
    elif spec.kind == "hoodie" or (spec.has("side pockets") and b.cut.bottom > 0.4):
        sewn.slant_pockets(spec, d, b)
    if spec.has("patch pocket"):
        sewn.patch_pockets(spec, d, b)


def side_stripes(spec: GarmentSpec, d: Drawing, b: Bodice) -> None:
    """Contrast stripes down the sides, and piping across the chest."""
    if spec.contrasting and spec.has("contrast stripe", "side stripe", "contrast insert"):
        for side in (-1, 1):
            ys = np.linspace(b.cut.armpit + 0.04, b.cut.bottom - 0.02, 14)
            line = np.column_stack([[side_line(b, float(y)) - 0.045 for y in ys], ys])
            d.part(sided(ribbon(line, 0.035), side), cloths.trim(spec), edge=0.008, contact=0.0, form=0, crumple=0, sewn=True)
    if spec.contrasting and spec.has("piping"):
        y = b.cut.armpit - 0.10
        for side in (-1, 1):
            d.cord(sided(curve((0, y + 0.02), (b.cut.chest * 0.5, y + 0.02, 1), (b.cut.shoulder - 0.045, y - 0.02)), side), 0.010, spec.trim)


def place_print(spec: GarmentSpec, d: Drawing, b: Bodice) -> None:
    """Where the print goes: large on the front, or small on the wearer's left chest."""
    if spec.printed is None:
        return
    wide, opens = b.cut.chest, spec.closure in ("full button front", "zip", "snap fasteners", "toggle buttons")
    if spec.printed.place == "left chest" or (opens and spec.printed.place == "upper chest"):
        d.placard = Placard(wide * 0.45, b.cut.armpit + 0.02, 0.19, 0.19, spec.printed)
        return
    top = b.front + 0.10
    if spec.has("chest pocket", "breast pocket"):  # below the pocket, which would hide it
        top = max(top, b.cut.armpit + 0.20)
    elif spec.has("ruffle", "frill", "flounce") and not spec.has_at("ruffle", "shoulder", "sleeve"):
        top += 0.15
    high = min(0.62, b.ends - top - 0.22)
    if spec.kind == "hoodie" and spec.closure != "zip":
        high = min(high, 0.40)
    size = spec.printed.size
    y = top + high / 2 if spec.printed.place == "front" else top + high * 0.30
    d.placard = Placard(0.0, y, min(wide * 1.34, 0.62) * size, high * size, spec.printed)


def camisole(spec: GarmentSpec, d: Drawing) -> None:
    """A top on thin straps."""
    strappy(spec, d, bodice(spec, d, "camisole" if spec.kind not in cuts.table()["upper"] else ""))


def strappy(spec: GarmentSpec, d: Drawing, b: Bodice) -> None:
    """Body with an edge above the chest, held by two straps; the bodice gives its sides and hem."""
    y, ax = b.cut.armpit, b.cut.chest
    deep = 0.17 if spec.neckline == "v-neck" else 0.07
    edge = curve((0, y - 0.12 + deep), (ax * 0.3, y - 0.13 + deep * 0.4, 1), (ax * 0.58, y - 0.17), (ax * 0.72, y - 0.11, 1), (ax, y))
    body = symmetric(np.concatenate([edge, b.side[1:], b.hem[1:]]))
    back = symmetric(curve((0, y - 0.03), (ax * 0.6, y - 0.03, 1), (ax, y + 0.0), (ax * 0.58, y - 0.15), (0, y + 0.04)))
    joint = (ax * 0.58, y - 0.165)
    colour = spec.trim if spec.has("contrast strap") else spec.cloth.colour
    for side in (-1, 1):
        d.cord(sided(curve((ax * 0.42, y - 0.03), (ax * 0.40, y - 0.30, 1), (ax * 0.42, NECK_Y + 0.02)), side), 0.016, shaded(colour, 0.8))
    d.part(back, cloths.lining(spec), shade=0.68, contact=0.0)
    relief = Relief((body,), b.relief.folds)
    place_print(spec, d, b)
    d.part(body, spec.cloth, relief, contact=0.0, printed=True)
    for side in (-1, 1):
        d.cord(sided(curve(joint, (ax * 0.50, y - 0.36, 1), (ax * 0.42, NECK_Y + 0.02)), side), 0.018, colour)
    if spec.has("lace"):
        sewn.lace_trim(spec, d, np.concatenate([mirrored(edge)[::-1], edge[1:]]), 0.06)
    else:
        for _, line in d.both(offset(edge, 0.02)):
            d.stitch(line)
    sewn.hem_band(spec, d, b)
    if spec.has("bow"):
        bow(spec, d, 0, y - 0.10 + deep, 0.045)
