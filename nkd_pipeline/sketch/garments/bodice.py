"""The upper body that most garments share: outline, neck opening, sleeves and their folds."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from nkd_pipeline.sketch.drawing import Drawing, Fold, Relief
from nkd_pipeline.sketch.garments import cloths, cuts
from nkd_pipeline.sketch.garments.cuts import NECK_Y, NeckCut, SleeveCut, UpperCut
from nkd_pipeline.sketch.geometry import Points, curve, mirrored, moved, sided, symmetric, wavy
from nkd_pipeline.sketch.spec import GarmentSpec


@dataclass(frozen=True, eq=False, slots=True)
class Bodice:
    """Lines of the right half, from which parts, seams and trims are made."""

    cut: UpperCut
    neck: NeckCut
    sleeve: SleeveCut
    neckline: Points  # middle front -> neck point
    armhole: Points  # neck or shoulder point -> armpit
    side: Points  # armpit -> hem
    hem: Points  # side -> middle
    body: Points  # whole outline
    sleeves: tuple[Points, ...]  # right, left; empty without sleeves
    cuff: tuple[Points, Points] | None  # outer and inner end of the right sleeve, each (2,)
    relief: Relief

    @property
    def front(self) -> float:
        """Y of the neckline's lowest point."""
        return NECK_Y + self.neck.depth

    @property
    def ends(self) -> float:
        """Y of the hem in the middle."""
        return float(self.hem[-1][1])


def neckline(neck: NeckCut) -> Points:
    """Half of the neck opening, from the middle to the neck point."""
    w, d, y = neck.width, neck.depth, NECK_Y
    if neck.form == "v":
        return curve((0, y + d), (w * 0.62, y + d * 0.42, 1), (w, y))
    if neck.form == "square":
        return curve((0, y + d), (w * 0.93, y + d - 0.004), (w, y), steps=6)
    if neck.form == "heart":
        return curve((0, y + d), (w * 0.12, y + d * 0.72, 1), (w * 0.8, y + d * 0.45, 1), (w * 0.94, y + d * 0.62), (w, y))
    return curve((0, y + d), (w * 0.62, y + d, 1), (w * 0.97, y + d * 0.55, 1), (w, y))


def bodice(spec: GarmentSpec, d: Drawing, kind: str = "", neck_name: str = "") -> Bodice:
    """Lays out the upper body; nothing is drawn yet."""
    cut = cuts.upper(spec, kind)
    neck = cuts.neck(neck_name or spec.neckline, cut)
    sleeve = _long_forms(spec, cuts.sleeve(spec.sleeves, cut), cut)
    sx, sy = cut.shoulder, NECK_Y + cut.drop
    chest, armpit = d.vary(cut.chest, 0.008), cut.armpit + sleeve.batwing * 0.5
    opening = neckline(neck)
    raglan = spec.sleeves == "raglan sleeves" or spec.has("raglan")
    if raglan:
        armhole = curve((neck.width + 0.02, NECK_Y + 0.02), (sx * 0.62, armpit - 0.22, 1), (chest, armpit))
    elif spec.neckline == "halter neck":
        armhole = curve((neck.width + 0.05, NECK_Y), (sx * 0.42, armpit - 0.12, 1), (chest, armpit))
    else:
        armhole = curve((sx, sy), (sx - 0.065, sy + 0.16, 1), (sx - 0.05, armpit - 0.04, 1), (chest, armpit))
    side, hem = _lower_edge(spec, cut, d, (chest, armpit))
    body = symmetric(np.concatenate([opening, armhole, side[1:], hem[1:]]))
    outlines, cuff = _sleeves(sleeve, cut, d, (chest, armpit), raglan) if sleeve.length and spec.neckline != "halter neck" else ((), None)
    relief = Relief((body, *outlines), tuple(_body_folds(spec, cut, d) + _sleeve_folds(sleeve, cut, d)))
    return Bodice(cut, neck, sleeve, opening, armhole, side, hem, body, outlines, cuff, relief)


def _long_forms(spec: GarmentSpec, sleeve: SleeveCut, cut: UpperCut) -> SleeveCut:
    """Raglan and rolled-up sleeves of garments that are usually long-sleeved are long."""
    if spec.sleeves in ("raglan sleeves", "rolled-up sleeves") and cuts.words(spec.kind).get("sleeves") == "long sleeves":
        long = cuts.sleeve("long sleeves" if spec.sleeves == "raglan sleeves" else "three-quarter sleeves", cut)
        return replace(sleeve, length=long.length, angle=long.angle, opening=long.opening)
    return sleeve


def _lower_edge(spec: GarmentSpec, cut: UpperCut, d: Drawing, start: tuple[float, float]) -> tuple[Points, Points]:
    """Side seam and hem."""
    waist, hem_x, bottom = d.vary(cut.waist, 0.006), d.vary(cut.hem, 0.008), cut.bottom
    middle = bottom + cut.dip
    if spec.hem == "curved hem":
        side = curve(start, (waist, cut.waist_y, 1), (hem_x, bottom - 0.13))
        hem = curve((hem_x, bottom - 0.13), (hem_x - 0.04, bottom + 0.02, 1), (hem_x * 0.55, middle + 0.01, 1), (0, middle + 0.015))
        return side, hem
    side = curve(start, (waist, start[1] * 0.4 + cut.waist_y * 0.6, 1), (waist, cut.waist_y + 0.06, 1), (hem_x, bottom))
    hem = curve((hem_x, bottom), (hem_x * 0.7, middle, 1), (0, middle))
    if spec.hem == "cutaway hem":  # straight, each front rounded off towards the closure
        hem = curve((hem_x, bottom), (hem_x * 0.7, middle, 1), (0.16, middle), (0.03, middle, 1), (0.012, middle - 0.06, 1), (0, middle - 0.14))
    if spec.hem == "asymmetric hem":
        hem = curve((hem_x, bottom), (hem_x * 0.6, middle - 0.02, 1), (0, middle + 0.08))
    return side, hem


def _sleeves(
    sleeve: SleeveCut, cut: UpperCut, d: Drawing, armpit: tuple[float, float], raglan: bool
) -> tuple[tuple[Points, ...], tuple[Points, Points]]:
    """Outlines of both sleeves and the ends of the right cuff."""
    angle = np.radians(sleeve.angle + d.rng.uniform(-2.5, 2.5))
    along, over = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    shoulder = np.array([cut.shoulder, NECK_Y + cut.drop])
    outer = moved(shoulder, 0.0, 0.01) + sleeve.length * along
    inner = outer + sleeve.opening * over
    puff = sleeve.puff
    slope = np.array([cut.shoulder - 0.17, cut.drop]) / np.hypot(cut.shoulder - 0.17, cut.drop)
    top = shoulder + slope * (0.07 + 0.6 * puff) - over * puff * 0.5
    bend = outer - along * min(0.45 * sleeve.length, 0.2) - over * (0.012 + puff)
    ax, ay = armpit
    low = (inner * 0.42 + (ax, ay) * np.array(0.58)) + over * (0.02 + puff * 1.1)
    before = inner - along * min(0.3 * sleeve.length, 0.12) + over * puff * 0.9
    start = tuple(shoulder - slope * (0.10 if not raglan else 0.9 * float(np.hypot(cut.shoulder - 0.17, cut.drop))))
    outline = curve(
        start,
        tuple(shoulder),
        (*top, 1),
        (*bend, 1),
        tuple(outer),
        tuple(inner),
        (*before, 1),
        (*low, 1),
        (ax - 0.01, ay + 0.03),
        (ax - 0.14, ay - 0.05),
    )
    if sleeve.ruffle:
        end = int(np.argmin(np.linalg.norm(outline - outer, axis=1)))
        outline = np.concatenate([outline[:end], wavy(np.array([outer, inner]), sleeve.ruffle, 4), outline[end + 2 :]])
    return (outline, mirrored(outline)), (outer, inner)


def _body_folds(spec: GarmentSpec, cut: UpperCut, d: Drawing) -> list[Fold]:
    """Drags from the armpits, soft folds up from the hem, a few across the waist."""
    rng, ax, ay = d.rng, cut.chest, cut.armpit
    stiff = 0.55 if spec.cloth.fabric in ("knit", "cable", "denim", "leather", "fleece", "teddy") else 1.0
    folds: list[Fold] = []
    for side in (-1, 1):
        for reach in (0.32, 0.25, 0.18):
            angle = rng.uniform(0.25, 1.35)
            length = reach * rng.uniform(0.75, 1.1)
            end = (side * (ax - length * np.cos(angle) - 0.02), ay + length * np.sin(angle))
            folds.append((side * (ax - 0.01), ay + 0.01, *end, rng.uniform(0.016, 0.028), stiff * rng.uniform(0.007, 0.013)))
        for _ in range(2):
            y = rng.uniform(cut.waist_y - 0.12, cut.waist_y + 0.18)
            folds.append(
                (
                    side * cut.waist,
                    y,
                    side * (cut.waist - rng.uniform(0.12, 0.28)),
                    y + rng.uniform(-0.09, 0.1),
                    0.022,
                    stiff * rng.uniform(0.003, 0.008),
                )
            )
    for x in rng.uniform(-0.85, 0.85, 4 if spec.kind != "dress" else 0):
        hem = x * cut.hem
        folds.append(
            (hem, cut.bottom + 0.03, hem * 0.9, cut.bottom - rng.uniform(0.2, 0.45), rng.uniform(0.022, 0.045), stiff * rng.uniform(0.005, 0.011))
        )
    for _ in range(3):
        x, y, angle = rng.uniform(-0.2, 0.2), rng.uniform(ay, cut.bottom), rng.uniform(-1.2, 1.2)
        folds.append((x, y, x + 0.3 * np.cos(angle), y + 0.3 * np.sin(angle), 0.045, stiff * rng.uniform(0.003, 0.007)))
    return folds


def _sleeve_folds(sleeve: SleeveCut, cut: UpperCut, d: Drawing) -> list[Fold]:
    """Folds across the sleeves, denser at the elbow; gathers in puffed ones."""
    if not sleeve.length:
        return []
    rng, angle = d.rng, np.radians(sleeve.angle)
    along, over = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    start = np.array([cut.shoulder, NECK_Y + cut.drop])
    folds: list[Fold] = []
    for side in (-1, 1):
        for t in rng.uniform(0.2, 0.95, 7 if sleeve.length > 0.6 else 3):
            middle = start + along * sleeve.length * t + over * sleeve.opening * 0.6
            slope = angle + rng.choice([-1, 1]) * rng.uniform(0.45, 0.95)
            reach = rng.uniform(0.07, 0.14)
            a, b = middle - reach * np.array([np.cos(slope), np.sin(slope)]), middle + reach * np.array([np.cos(slope), np.sin(slope)])
            folds.append((side * a[0], a[1], side * b[0], b[1], rng.uniform(0.013, 0.026), rng.uniform(0.005, 0.011)))
        for t in np.linspace(0.05, 0.95, 8) if sleeve.puff or sleeve.ruffle else ():
            end = start + along * sleeve.length + over * sleeve.opening * t
            a = end - along * rng.uniform(0.12, 0.24) + over * (t - 0.5) * 2 * sleeve.puff
            folds.append((side * end[0], end[1], side * a[0], a[1], 0.011, 0.012))
    return folds


def paint_sleeves(spec: GarmentSpec, d: Drawing, b: Bodice, cloth_fabric: str = "") -> None:
    """Both sleeves, sharing the body's relief so that they look sewn on."""
    cloth = cloths.sleeve(spec)
    cloth = replace(cloth, fabric=cloth_fabric) if cloth_fabric else cloth
    # weave and stripes run along the sleeve
    grain = np.radians(b.sleeve.angle - 90) * (1.0 if b.sleeve.length > 0.45 else 0.6)
    for side, outline in zip((1, -1), b.sleeves, strict=False):
        d.part(outline, cloth, b.relief, grain=side * grain, pivot=(side * b.cut.shoulder, NECK_Y + b.cut.drop + 0.005), contact=0.0)


def paint_body(spec: GarmentSpec, d: Drawing, b: Bodice) -> None:
    """The front, with its armhole seams."""
    d.part(b.body, spec.cloth, b.relief, contact=0.0, printed=True)
    if b.sleeves:
        for _, line in d.both(b.armhole):
            d.seam(line, 0.012, 0.10)
            d.seam(line, 0.003, 0.22)


def paint_back(spec: GarmentSpec, d: Drawing, b: Bodice, rise: float = 0.030) -> None:
    """The inside of the back that shows through the neck opening, with its label."""
    w = b.neck.width
    back = curve((0, NECK_Y + rise), (w * 0.7, NECK_Y + rise, 1), (w, NECK_Y))
    d.part(symmetric(np.concatenate([back, b.neckline[::-1]])), cloths.lining(spec), shade=0.66, contact=0.0, edge=0.05, crumple=0.2)
    if b.neck.band > 0.025:
        inner = moved(back * (0.97, 1), 0, 0.026)
        d.part(symmetric(np.concatenate([back, inner[::-1]])), cloths.rib(spec), shade=0.76, contact=0.0, edge=0.01, form=0, crumple=0)
        rise += 0.028
    if b.neck.depth - rise > 0.06:
        label = moved(np.array([(-0.032, 0.014), (0.032, 0.014), (0.032, 0.05), (-0.032, 0.05)]), 0, NECK_Y + rise + 0.004)
        d.part(label, cloths.of(cloths.OFF_WHITE), edge=0.004, contact=0.3)


def side_line(b: Bodice, y: float) -> float:
    """Half width of the body at a height."""
    order = np.argsort(b.side[:, 1])
    return float(np.interp(y, b.side[order, 1], b.side[order, 0]))


def sleeve_end(b: Bodice, side: int, start: float, end: float, wider: float = 0.0) -> Points:
    """A band across the sleeve's end, between two distances from its edge (negative: beyond the edge)."""
    assert b.cuff is not None
    outer, inner = b.cuff
    over = (inner - outer) / np.linalg.norm(inner - outer)
    along = np.array([over[1], -over[0]])
    a, z = outer - over * wider, inner + over * wider
    return sided(np.array([a - along * start, a - along * end, z - along * end, z - along * start]), side)
