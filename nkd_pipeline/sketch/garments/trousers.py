"""Garments with legs: trousers, jeans, leggings, joggers, shorts; also the legs of pyjamas, jumpsuits and dungarees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nkd_pipeline.sketch.drawing import Drawing, Fold, Relief
from nkd_pipeline.sketch.garments import cloths, cuts
from nkd_pipeline.sketch.garments.bows import bow
from nkd_pipeline.sketch.garments.cuts import LowerCut
from nkd_pipeline.sketch.geometry import Points, along, curve, moved, ribbon, sided, symmetric
from nkd_pipeline.sketch.spec import GarmentSpec

TOP = -0.83
BAND = 0.095  # height of a waistband


@dataclass(frozen=True, eq=False, slots=True)
class Legs:
    """Lines of the right leg."""

    cut: LowerCut
    top: float
    outer: Points  # waist -> hem
    inner: Points  # hem -> crotch
    leg: Points

    @property
    def hem(self) -> Points:
        """Outer and inner end of the hem."""
        return np.array([self.outer[-1], self.inner[0]])

    @property
    def crotch(self) -> float:
        return self.top + self.cut.rise

    def pocket_room(self, below: float, height: float) -> tuple[float, float]:
        """Top and bottom of something on the thigh that would begin `below` the crotch, kept between front pockets and hem."""
        hem = float(self.hem[:, 1].min()) - 0.055
        top = max(min(self.crotch + below, hem - height), self.top + 0.38)
        return top, max(min(top + height, hem), top + 0.06)


def lay_out(d: Drawing, cut: LowerCut, top: float = TOP) -> Legs:
    """The outline of the right leg."""
    bottom = top + cut.length
    near = max(cut.spread, 0.2 * (cut.hip / 0.35) - cut.ankle / 2 + d.vary(0, 0.008))
    far = near + cut.ankle
    knee_y = top + cut.rise + 0.42 * (cut.length - cut.rise)
    knee_near = max(0.025, 0.19 * (cut.hip / 0.35) - cut.knee / 2)
    outer = curve(
        (cut.waist, top),
        (cut.hip + 0.01, top + cut.rise * 0.42, 1),
        (cut.hip, top + cut.rise * 0.72),
        (cut.hip - 0.01, top + cut.rise, 1),
        (knee_near + cut.knee, knee_y, 1),
        (far, bottom - 0.012),
    )
    inner = curve((near, bottom), (knee_near, knee_y, 1), (0.02, top + cut.rise + 0.06, 1), (0.0, top + cut.rise))
    leg = np.concatenate([np.array([(0.0, top + 0.02)]), outer, inner])
    return Legs(cut, top, outer, inner, leg)


def paint_legs(spec: GarmentSpec, d: Drawing, legs: Legs) -> None:
    """Both legs with folds, seams and hems."""
    relief = Relief((legs.leg, legs.leg * (-1, 1)), tuple(_folds(spec, d, legs)), edge=0.04, form=0.7)
    for side in (1, -1):
        d.part(sided(legs.leg, side), spec.cloth, relief, grain=-side * 0.035, pivot=(side * 0.2, 0.0), contact=0.0)
    d.seam(np.array([(0.0, legs.top + 0.03), (0.0, legs.crotch)]), 0.010, 0.13)
    d.seam(np.array([(0.0, legs.top + 0.03), (0.0, legs.crotch)]), 0.004, 0.34)
    if spec.cloth.fabric == "denim":
        wash(d, legs)


def wash(d: Drawing, legs: Legs) -> None:
    """The worn, lighter fronts of denim."""
    y = legs.crotch + 0.05
    for side in (-1, 1):
        d.glow((side * legs.cut.hip * 0.56, y), (0.10, 0.42), 0.15)
        for k in (-0.10, -0.04, 0.03):
            d.glow((side * 0.13, legs.crotch + k), (0.13, 0.014), 0.12, angle=side * (-0.5 + 2 * k))


def _folds(spec: GarmentSpec, d: Drawing, legs: Legs) -> list[Fold]:
    rng, cut = d.rng, legs.cut
    calm = 0.6 if spec.kind == "leggings" else 1.0
    bottom = legs.top + cut.length
    folds: list[Fold] = []
    for side in (-1, 1):
        for i in range(4):
            reach = rng.uniform(0.10, 0.16) + 0.05 * i
            folds.append((side * 0.015, legs.crotch + 0.01, side * reach, legs.crotch - 0.16 + 0.085 * i, 0.02, calm * rng.uniform(0.008, 0.013)))
        middle = 0.195 * cut.hip / 0.35
        for y in rng.uniform(legs.crotch + 0.05, max(bottom - 0.03, legs.crotch + 0.06), max(2, round(7 * (cut.length - cut.rise)))):
            slope, half = rng.uniform(-0.55, 0.55), cut.knee * rng.uniform(0.35, 0.55)
            folds.append(
                (
                    side * (middle - half),
                    y - half * slope,
                    side * (middle + half),
                    y + half * slope,
                    rng.uniform(0.014, 0.028),
                    calm * rng.uniform(0.004, 0.011),
                )
            )
        folds.append((side * middle, legs.top + 0.25, side * middle, bottom, 0.055, 0.010))
    return folds


def waistband(spec: GarmentSpec, d: Drawing, legs: Legs) -> None:
    """Buttoned band with loops, or a gathered elastic one, with a look inside at the back."""
    w, top = legs.cut.waist, legs.top
    inside = symmetric(curve((0, top - 0.012), (w * 0.6, top - 0.012, 1), (w - 0.012, top + 0.002), (0, top + 0.05)))
    d.part(inside, cloths.lining(spec), shade=0.62, contact=0.0, edge=0.02, form=0)
    elastic = spec.closure in ("elastic waistband", "drawstring") or spec.has("elastic", "drawstring")
    band = symmetric(
        curve(
            (0, top + 0.028),
            (w * 0.5, top + 0.022, 1),
            (w + 0.002, top),
            (w + 0.014, top + BAND - 0.006),
            (w * 0.5, top + BAND + 0.018, 1),
            (0, top + BAND + 0.022),
        )
    )
    if elastic:
        d.part(band, cloths.rib(spec), edge=0.025, contact=0.45, form=0)
        for x in np.linspace(-0.95, 0.95, 25):
            d.seam(np.array([(x * w, top + BAND + 0.012), (x * w * 1.04, top + BAND + float(d.rng.uniform(0.05, 0.11)))]), 0.005, 0.12)
    else:
        d.part(band, spec.cloth if spec.cloth.fabric == "denim" else cloths.plain(spec), edge=0.014, bulge=0.7, contact=0.45, form=0)
        thread = cloths.thread(spec)
        d.stitch(moved(band[:30] * (0.97, 1), 0, 0.008) if thread else moved(band[2:20], 0, 0.010), thread, 0.003)
        for x in (-w * 0.97, -w * 0.6, w * 0.6, w * 0.97):
            d.part(
                np.array([(x - 0.012, top + 0.002), (x + 0.012, top + 0.002), (x + 0.013, top + BAND + 0.026), (x - 0.013, top + BAND + 0.026)]),
                cloths.plain(spec),
                edge=0.007,
                contact=0.5,
                form=0,
            )
        metal = spec.cloth.fabric == "denim"
        d.button(0.0, top + 0.072, 0.021 if metal else 0.018, cloths.BRASS if metal else cloths.button(spec), "metal" if metal else "button")
    if spec.closure == "drawstring" or spec.has("drawstring"):
        for side in (-1, 1):
            d.cord(sided(curve((0.03, top + 0.075), (0.05, top + 0.2, 1), (0.055 + d.vary(0, 0.015), top + 0.31)), side), 0.014, cloths.cord(spec))
            d.button(side * 0.03, top + 0.072, 0.011, cloths.NICKEL, "metal")


def fly_and_pockets(spec: GarmentSpec, d: Drawing, legs: Legs) -> None:
    """Fly seam, slanted or scooped front pockets, rivets and a coin pocket on jeans."""
    w, top, hip = legs.cut.waist, legs.top, legs.cut.hip
    thread = cloths.thread(spec)
    elastic = spec.closure in ("elastic waistband", "drawstring")
    if not elastic:
        d.stitch(curve((0.058, top + BAND + 0.02), (0.058, legs.crotch - 0.24), (0.05, legs.crotch - 0.15, 1), (0.004, legs.crotch - 0.135)), thread)
    jeans = spec.cloth.fabric == "denim"
    for side in (-1, 1):
        if jeans:
            scoop = curve((w * 0.50, top + BAND + 0.012), (w * 0.56, top + 0.235, 1), (hip * 0.965, top + 0.245))
        else:
            scoop = curve((w * 0.72, top + BAND + 0.012), (hip * 0.86, top + 0.20, 1), (hip * 0.985, top + 0.33))
        line = sided(scoop, side)
        d.seam(line, 0.014, 0.15)
        d.seam(line, 0.005, 0.4)
        d.stitch(moved(line, -0.013 * side, 0.010), thread, 0.003)
        if jeans:
            for point in (moved(scoop[0], 0.008, 0.016), moved(scoop[-1], -0.02, 0.004)):
                d.button(side * point[0], point[1], 0.0085, cloths.BRASS, "metal")
    if jeans:
        coin = np.array([(w * 0.66, top + 0.172), (w * 0.95, top + 0.178)])
        d.seam(coin, 0.005, 0.3)
        d.stitch(moved(coin, 0, 0.011), thread, 0.003)


def cargo_pockets(spec: GarmentSpec, d: Drawing, legs: Legs) -> None:
    """Bellows pockets with flaps at the outer thigh."""
    # on short legs they move up to the front pockets, and what room is left below those is their height
    y, low = legs.pocket_room(0.05, 0.23)
    x, end = (float(np.interp(at, legs.outer[:, 1], legs.outer[:, 0])) for at in (y, low))
    for side in (-1, 1):
        pocket = sided(np.array([(x - 0.155, y), (x - 0.012, y), (end - 0.016, low), (end - 0.158, low)]), side)
        flap = sided(np.array([(x - 0.163, y - 0.03), (x - 0.004, y - 0.03), (x - 0.006, y + 0.05), (x - 0.166, y + 0.055)]), side)
        d.part(pocket, spec.cloth, edge=0.018, contact=0.5, form=0, crumple=0.3, sewn=True)
        d.part(flap, spec.cloth, edge=0.012, contact=0.6, form=0, crumple=0.2, sewn=True)
        d.button(side * (x - 0.085), y + 0.02, 0.012, cloths.button(spec))


def hems(spec: GarmentSpec, d: Drawing, legs: Legs) -> None:
    """Ribbed cuffs, turned-up or stitched hems, contrast stripes down the sides."""
    outer, inner = legs.hem
    up = np.array([0.0, -1.0])
    for side in (-1, 1):
        if spec.kind == "joggers" or spec.hem == "ribbed hem" or (spec.has("cuff") and spec.cloth.fabric == "jersey"):
            band = np.array(
                [moved(outer + up * 0.10, 0.004, 0), moved(outer, -0.012, 0.025), moved(inner, 0.010, 0.03), inner + up * 0.10 - (0.004, 0)]
            )
            d.part(sided(band, side), cloths.rib(spec), edge=0.022, contact=0.4, form=0)
        elif spec.hem == "rolled hem" or spec.has("turn-up", "rolled", "turned-up"):
            band = np.array(
                [moved(outer + up * 0.085, 0.012, 0), moved(outer, 0.010, 0.0), moved(inner, -0.010, 0.004), inner + up * 0.085 - (0.010, 0)]
            )
            d.part(sided(band, side), cloths.plain(spec), edge=0.018, contact=0.6, form=0)
        elif spec.hem == "frayed hem":
            for t in np.linspace(0.03, 0.97, 26):
                foot = outer * (1 - t) + inner * t
                d.cord(sided(np.array([foot + up * 0.01, moved(foot, float(d.rng.uniform(-0.008, 0.008)), 0.03)]), side), 0.004, cloths.OFF_WHITE)
        else:
            d.stitch(sided(np.array([outer, inner]) + up * 0.036, side), cloths.thread(spec))
    if spec.contrasting and spec.has("contrast stripe", "side stripe"):
        line = along(legs.outer, np.linspace(0.07, 0.995, 20)) - (0.028, 0)
        for side in (-1, 1):
            d.part(sided(ribbon(line, 0.036), side), cloths.trim(spec), edge=0.008, contact=0.0, form=0, crumple=0, sewn=True)


def trousers(spec: GarmentSpec, d: Drawing) -> None:
    """Trousers of any kind and length."""
    legs = lay_out(d, cuts.lower(spec))
    paint_legs(spec, d, legs)
    hems(spec, d, legs)
    if spec.kind != "leggings":
        fly_and_pockets(spec, d, legs)
    if spec.has("cargo"):
        cargo_pockets(spec, d, legs)
    if spec.kind in ("trousers", "shorts") and spec.has("pleat", "crease"):
        for side in (-1, 1):
            d.seam(np.array([(side * legs.cut.hip * 0.5, legs.top + 0.12), (side * (legs.hem[:, 0].mean()), legs.hem[1][1] - 0.01)]), 0.006, 0.2)
    waistband(spec, d, legs)
    if spec.has("ripped", "distressed", "destroyed"):
        rips(d, legs)
    if spec.has("bow", "tie belt") or spec.closure == "tie belt":
        bow(spec, d, 0.0, legs.top + 0.085, 0.10)


def rips(d: Drawing, legs: Legs) -> None:
    """Holes with white threads above the knees."""
    y, _ = legs.pocket_room(0.36 * (legs.cut.length - legs.cut.rise), 0.12)
    for side, dy in ((1, 0.0), (-1, 0.07)):
        for k in range(5):
            half = 0.05 - 0.012 * abs(k - 2)
            x = side * legs.cut.hip * 0.56
            d.cord(np.array([(x - half, y + dy + k * 0.012), (x + half, y + dy + k * 0.012 + 0.003)]), 0.006, cloths.OFF_WHITE)
