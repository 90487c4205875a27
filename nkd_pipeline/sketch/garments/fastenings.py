"""Plackets, zips, pockets, cuffs, hems: what is sewn onto an upper garment."""

from __future__ import annotations

import numpy as np

from nkd_pipeline.sketch.colour import shaded
from nkd_pipeline.sketch.drawing import Drawing
from nkd_pipeline.sketch.garments import cloths
from nkd_pipeline.sketch.garments.bodice import Bodice, side_line, sleeve_end
from nkd_pipeline.sketch.garments.cuts import NECK_Y
from nkd_pipeline.sketch.geometry import Points, across, along, curve, moved, offset, sided, symmetric, wavy
from nkd_pipeline.sketch.spec import GarmentSpec


def rectangle(left: float, top: float, right: float, bottom: float) -> Points:
    """Closed outline of an upright rectangle."""
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)])


def room(b: Bodice, y: float, height: float) -> tuple[float, float]:
    """Top and bottom of something that would begin at y, moved up on short bodies and made lower where even that is too little."""
    hem = min(b.cut.bottom, b.ends) - 0.085
    top = max(min(y, hem - height), b.cut.armpit + 0.01)
    return top, max(min(top + height, hem), top + 0.05)


def placket(spec: GarmentSpec, d: Drawing, top: float, bottom: float, buttons: int, look: str = "button", width: float = 0.036) -> None:
    """An upright strip with buttons."""
    d.part(rectangle(-width, top, width, bottom), spec.cloth, edge=0.012, bulge=0.6, contact=0.45, form=0, crumple=0.15, sewn=True)
    for side in (-1, 1):
        d.stitch(np.array([(side * (width - 0.009), top + 0.005), (side * (width - 0.009), bottom - 0.005)]), cloths.thread(spec), 0.003)
    if buttons:
        button_row(spec, d, np.linspace(top + 0.055, bottom - 0.055, buttons), look)


def button_row(spec: GarmentSpec, d: Drawing, heights: np.ndarray, look: str = "button", x: float = 0.0, radius: float = 0.0165) -> None:
    """Buttons above each other."""
    colour = cloths.BRASS if look == "metal" and spec.cloth.fabric == "denim" else cloths.NICKEL if look == "metal" else cloths.button(spec)
    for y in heights:
        d.button(x, float(y), radius, colour, look)


def zipper(spec: GarmentSpec, d: Drawing, top: float, bottom: float) -> None:
    """A zip: two tapes, a row of teeth, a slider with its puller."""
    tape = spec.trim if spec.contrasting and spec.has("contrast zip") else shaded(spec.cloth.colour, 0.68)
    tape_cloth = cloths.of(tape, "twill")
    d.part(rectangle(-0.021, top, 0.021, bottom), tape_cloth, edge=0.006, bulge=0.4, contact=0.35, form=0, crumple=0, sewn=True)
    d.seam(np.array([(0.0, top), (0.0, bottom)]), 0.013, 0.45)
    d.stitch(np.array([(0.0, top), (0.0, bottom)]), (206, 206, 210), 0.009)
    for side in (-1, 1):
        d.stitch(np.array([(side * 0.032, top + 0.01), (side * 0.032, bottom - 0.01)]))
    y, metal = top + 0.02, cloths.of(cloths.NICKEL, "satin")
    d.part(rectangle(-0.011, y, 0.011, y + 0.036), metal, edge=0.006, contact=0.6, form=0, crumple=0)
    puller = symmetric(np.array([(0.0, y + 0.03), (0.007, y + 0.03), (0.011, y + 0.095), (0, y + 0.10)]))
    d.part(puller, metal, edge=0.004, contact=0.6, form=0, crumple=0)


def front_closure(spec: GarmentSpec, d: Drawing, b: Bodice, look: str = "button") -> None:
    """The closure the words ask for, from the neck down."""
    top, bottom = b.front - 0.012, b.ends - 0.004
    if spec.collar == "stand-up collar":
        top = NECK_Y - 0.045
    if spec.neckline == "henley neck" or spec.closure == "button placket":
        placket(spec, d, top, min(top + 0.29, bottom - 0.04), 3)
    elif spec.closure in ("full button front", "snap fasteners", "toggle buttons"):
        count = max(4, round((bottom - top) / 0.185))
        placket(spec, d, top, bottom, count, "metal" if spec.closure == "snap fasteners" else look)
    elif spec.closure == "concealed placket":
        placket(spec, d, top, bottom, 0)
    elif spec.closure == "zip":
        zipper(spec, d, top, bottom)
    elif spec.closure == "half zip":
        zipper(spec, d, top, min(max(top, b.front) + 0.34, bottom - 0.04))


def chest_pocket(spec: GarmentSpec, d: Drawing, b: Bodice, side: int = 1, flap: bool = False) -> None:
    """A patch pocket on the chest; side 1 is the wearer's left."""
    y, size = b.cut.armpit - 0.03, 0.165
    x = b.cut.chest * 0.27
    outline = np.array([(x, y), (x + size, y), (x + size, y + size), (x + size / 2, y + size * 1.22), (x, y + size)])
    cloth = cloths.trim(spec) if spec.contrasting and spec.has("contrast pocket", "contrasting pocket") else spec.cloth
    thread = cloths.thread(spec)
    pocket = sided(outline, side)
    middle = pocket.mean(axis=0)
    d.part(pocket, cloth, edge=0.012, bulge=0.5, contact=0.35, form=0, crumple=0.2, sewn=True)
    d.stitch((middle + (pocket - middle) * 0.92)[[1, 2, 3, 4, 0]], thread, 0.003)
    if flap:
        top = sided(
            np.array(
                [
                    (x - 0.008, y - 0.03),
                    (x + size + 0.008, y - 0.03),
                    (x + size + 0.008, y + 0.045),
                    (x + size / 2, y + 0.085),
                    (x - 0.008, y + 0.045),
                ]
            ),
            side,
        )
        d.part(top, cloth, edge=0.014, contact=0.7, form=0, crumple=0.2, sewn=True)
        d.stitch((top.mean(axis=0) + (top - top.mean(axis=0)) * 0.9)[[1, 2, 3, 4, 0]], thread, 0.003)
        d.button(
            side * (x + size / 2),
            y + 0.055,
            0.014,
            cloths.BRASS if spec.cloth.fabric == "denim" else cloths.button(spec),
            "metal" if spec.cloth.fabric == "denim" else "button",
        )
    else:
        d.seam(np.array([(side * x, y + 0.03), (side * (x + size), y + 0.03)]), 0.004, 0.22)


def slant_pockets(spec: GarmentSpec, d: Drawing, b: Bodice, zipped: bool = False) -> None:
    """Welt pockets of jackets."""
    y, low = room(b, b.cut.waist_y - 0.02, 0.22)
    for side in (-1, 1):
        welt = sided(np.array([(0.195, y), (0.225, y - 0.008), (0.275, low - 0.01), (0.245, low)]), side)
        d.part(welt, cloths.plain(spec), edge=0.010, contact=0.5, form=0, crumple=0, sewn=True)
        if zipped:
            d.seam(sided(np.array([(0.21, y), (0.26, low - 0.01)]), side), 0.009, 0.5)


def flap_pockets(spec: GarmentSpec, d: Drawing, b: Bodice) -> None:
    """Horizontal flap pockets of coats and blazers."""
    y, _ = room(b, b.cut.waist_y + 0.12, 0.074)
    for side in (-1, 1):
        x = side_line(b, y) * 0.40
        flap = sided(np.array([(x, y), (x + 0.175, y - 0.012), (x + 0.178, y + 0.062), (x + 0.004, y + 0.074)]), side)
        d.part(flap, spec.cloth, edge=0.012, contact=0.6, form=0, crumple=0.1, sewn=True)


def patch_pockets(spec: GarmentSpec, d: Drawing, b: Bodice) -> None:
    """Large patch pockets on both sides, at the height of the hands."""
    y, low = room(b, min(b.cut.waist_y + 0.16, b.cut.bottom - 0.36), 0.24)
    size = (low - y) / 1.2
    for side in (-1, 1):
        x = side_line(b, y) * 0.34
        pocket = sided(
            curve(
                (x, y),
                (x + size, y),
                (x + size, y + size * 1.05),
                (x + size, y + size * 1.2, 1),
                (x + size - 0.05, y + size * 1.2),
                (x + 0.05, y + size * 1.2),
                (x, y + size * 1.2, 1),
                (x, y + size * 1.05),
            ),
            side,
        )
        d.part(pocket, spec.cloth, edge=0.012, bulge=0.6, contact=0.4, form=0, crumple=0.2, sewn=True)
        d.stitch(sided(np.array([(x + 0.01, y + 0.032), (x + size - 0.01, y + 0.032)]), side), cloths.thread(spec), 0.003)


def kangaroo_pocket(spec: GarmentSpec, d: Drawing, b: Bodice) -> None:
    """The muff pocket of hoodies."""
    low = b.cut.bottom - 0.075
    pocket = curve((0, low - 0.36), (0.185, low - 0.36), (0.20, low - 0.30, 1), (0.30, low - 0.14), (0.295, low), (0, low + 0.01))
    d.part(symmetric(pocket), spec.cloth, edge=0.018, bulge=0.6, contact=0.45, form=0, crumple=0.3, sewn=True)
    for _, line in d.both(np.array([(0.178, low - 0.345), (0.195, low - 0.29), (0.284, low - 0.135)])):
        d.stitch(line)
    d.stitch(np.array([(-0.17, low - 0.345), (0.17, low - 0.345)]))


def cuffs(spec: GarmentSpec, d: Drawing, b: Bodice) -> None:
    """The end of the sleeves: ribbed, buttoned, turned up, elastic or just stitched."""
    if not b.sleeves or b.sleeve.ruffle:
        return
    long = b.sleeve.length > 0.7
    knitted = spec.hem == "ribbed hem" or (spec.cloth.fabric in ("knit", "cable") and long)
    for side in (-1, 1):
        grain = side * np.radians(b.sleeve.angle - 90)
        if b.sleeve.puff:
            d.part(sleeve_end(b, side, -0.005, 0.045, 0.004), cloths.plain(spec), grain=grain, edge=0.016, contact=0.5, form=0)
        elif spec.sleeves == "rolled-up sleeves":
            d.part(sleeve_end(b, side, -0.006, 0.07, 0.010), cloths.plain(spec), grain=grain, edge=0.018, contact=0.8, form=0)
        elif knitted and b.sleeve.length > 0.4:
            d.part(sleeve_end(b, side, -0.035, 0.075, 0.003), cloths.rib(spec), grain=grain, edge=0.02, contact=0.4, form=0)
        elif long and (spec.cloth.fabric in ("woven", "linen", "denim") or spec.has("cuff")):
            d.part(sleeve_end(b, side, -0.006, 0.085, 0.003), spec.cloth, grain=grain, edge=0.014, contact=0.5, form=0)
            cuff = sleeve_end(b, side, 0.008, 0.072, -0.004)
            d.stitch(cuff[[0, 3]], cloths.thread(spec), 0.003)
            d.stitch(cuff[[1, 2]], cloths.thread(spec), 0.003)
            button = cuff[0] * 0.78 + cuff[2] * 0.22
            d.button(float(button[0]), float(button[1]), 0.012, cloths.button(spec))
        elif spec.contrasting and spec.has("contrast cuff", "contrast trim", "contrasting trim", "ringer"):
            d.part(sleeve_end(b, side, -0.004, 0.035, 0.002), cloths.trim(spec, "rib"), grain=grain, edge=0.012, contact=0.2, form=0)
        else:
            d.stitch(sleeve_end(b, side, 0.034, 0.034, -0.002)[[0, 3]])


def hem_band(spec: GarmentSpec, d: Drawing, b: Bodice, cloth_height: float = 0.085) -> None:
    """The lower edge: ribbed band, ruffle, fringe, or two rows of stitches."""
    line = across(b.hem[::-1])
    if spec.hem == "ribbed hem":
        drop = np.array([0.0, cloth_height])
        low = line * (0.997, 1) + drop * 0.45
        d.part(np.concatenate([line * (1.006, 1) - drop * 0.55, low[::-1]]), cloths.rib(spec), edge=0.022, contact=0.35, form=0.2)
        d.seam(line - drop * 0.55, 0.004, 0.25)
    elif spec.hem == "ruffle hem" or (spec.has("ruffle hem", "peplum")):
        low = wavy(moved(line * (1.09, 1), 0, 0.15), 0.010, 7)
        d.part(np.concatenate([line - (0, 0.005), low[::-1]]), spec.cloth, edge=0.03, contact=0.5)
        d.seam(line, 0.005, 0.35)
        for x in np.linspace(-0.92, 0.92, 17):
            end = x * b.cut.hem
            d.seam(np.array([(end, b.cut.bottom), (end * 1.06, b.cut.bottom + 0.05 + 0.05 * float(d.rng.random()))]), 0.005, 0.13)
    elif spec.hem == "drawstring hem":
        d.stitch(line - (0, 0.045))
        d.cord(line[len(line) // 2 : len(line) // 2 + 1] + np.array([(-0.02, -0.02), (-0.035, 0.08)]), 0.012, cloths.cord(spec))
        d.cord(line[len(line) // 2 : len(line) // 2 + 1] + np.array([(0.02, -0.02), (0.03, 0.085)]), 0.012, cloths.cord(spec))
    else:
        d.stitch(line - (0, 0.034))
        if spec.cloth.fabric == "jersey":
            d.stitch(line - (0, 0.044))
    if spec.hem == "slits" or spec.has("slit"):
        for side in (-1, 1):
            x = b.cut.hem - 0.004
            d.seam(sided(np.array([(x, b.cut.bottom + 0.005), (x - 0.016, b.cut.bottom - 0.11)]), side), 0.010, 0.5)


def ruffles(spec: GarmentSpec, d: Drawing, b: Bodice) -> None:
    """Frills over the shoulders and along the chest."""
    y = b.front + 0.10
    line = np.array([(-b.cut.chest * 0.72, y), (0, y + 0.02), (b.cut.chest * 0.72, y)])
    edge = wavy(moved(line, 0, 0.10), 0.012, 9)
    d.part(np.concatenate([line, edge[::-1]]), cloths.plain(spec), edge=0.02, contact=0.6, form=0)
    d.seam(line, 0.005, 0.3)
    for t in np.linspace(-0.66, 0.66, 15):
        d.seam(np.array([(t * b.cut.chest, y + 0.012), (t * b.cut.chest * 1.02, y + 0.07)]), 0.004, 0.15)


def shoulder_ruffles(spec: GarmentSpec, d: Drawing, b: Bodice) -> None:
    """Frills that stand out along the armholes."""
    line = along(b.armhole, np.linspace(0.0, 0.72, 16))
    reach = 0.075 * np.sin(np.linspace(0.35, np.pi - 0.1, len(line)))[:, None]
    edge = wavy(line + np.array([0.9, -0.35]) * reach, 0.007, 6)
    for _, outline in d.both(np.concatenate([line, edge[::-1]])):
        d.part(outline, cloths.plain(spec), edge=0.014, contact=0.7, form=0)


def lace_trim(spec: GarmentSpec, d: Drawing, line: Points, width: float) -> None:
    """A scalloped strip of lace along a line."""
    cloth = cloths.of(spec.trim if spec.contrasting else spec.cloth.colour, "lace")
    count = max(6, round(float(np.ptp(line[:, 0])) / 0.05))
    d.part(np.concatenate([line, wavy(offset(line, width), 0.012, count)[::-1]]), cloth, edge=0.008, contact=0.35, form=0, crumple=0)
