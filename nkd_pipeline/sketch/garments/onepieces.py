"""Jumpsuits and dungarees."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nkd_pipeline.sketch.drawing import Drawing, Placard, Relief
from nkd_pipeline.sketch.garments import cloths, cuts, tops, trousers
from nkd_pipeline.sketch.garments import fastenings as sewn
from nkd_pipeline.sketch.garments.bodice import Bodice, bodice, paint_back, paint_body, paint_sleeves
from nkd_pipeline.sketch.garments.collars import finish_neck
from nkd_pipeline.sketch.garments.dresses import belt, waist_seam
from nkd_pipeline.sketch.geometry import Points, curve, moved, offset, sided, symmetric
from nkd_pipeline.sketch.spec import GarmentSpec


def jumpsuit(spec: GarmentSpec, d: Drawing) -> None:
    """A bodice sewn to trousers."""
    b_spec = replace(spec, length="")
    cut = cuts.upper(b_spec)
    legs_cut = cuts.lower(replace(spec, closure="elastic waistband"), "jumpsuit")
    legs = trousers.lay_out(d, replace(legs_cut, waist=cut.waist + 0.015, hip=max(legs_cut.hip, cut.waist + 0.06)), cut.waist_y - 0.01)
    top = replace(cut, bottom=cut.waist_y + 0.02, hem=cut.waist + 0.012, dip=0.006)
    trousers.paint_legs(spec, d, legs)
    trousers.hems(spec, d, legs)
    for side in (-1, 1):
        d.seam(
            sided(
                curve((top.waist * 0.72, cut.waist_y + 0.05), (legs.cut.hip * 0.9, cut.waist_y + 0.2, 1), (legs.cut.hip * 0.985, cut.waist_y + 0.30)),
                side,
            ),
            0.006,
            0.35,
        )
    b = _shortened(bodice(b_spec, d, neck_name="shirt" if spec.collar else ""), top)
    if spec.sleeves == "spaghetti straps":
        tops.strappy(replace(spec, hem="", length=""), d, b)
    else:
        paint_sleeves(spec, d, b)
        paint_back(spec, d, b)
        paint_body(spec, d, b)
        sewn.cuffs(spec, d, b)
        if not b.sleeves:
            for _, line in d.both(offset(b.armhole, 0.022)):
                d.stitch(line)
        sewn.front_closure(spec, d, b)
        finish_neck(spec, d, b)
    waist_seam(spec, d, cut)
    belt(spec, d, cut)


def _shortened(b: Bodice, cut: cuts.UpperCut) -> Bodice:
    """The bodice cut off at the waist."""
    side = curve(tuple(b.side[0]), (cut.waist + 0.01, cut.waist_y - 0.14, 1), (cut.hem, cut.bottom))
    hem = curve((cut.hem, cut.bottom), (0, cut.bottom + 0.006))
    body = symmetric(np.concatenate([b.neckline, b.armhole, side[1:], hem[1:]]))
    folds = tuple(fold for fold in b.relief.folds if fold[3] < cut.waist_y)
    return replace(b, cut=cut, side=side, hem=hem, body=body, relief=Relief((body, *b.sleeves), folds))


def dungarees(spec: GarmentSpec, d: Drawing) -> None:
    """Trousers with a bib and two buckled straps."""
    top = -0.32
    legs = trousers.lay_out(d, cuts.lower(spec, "dungarees"), top)
    w, thread = legs.cut.waist, cloths.thread(spec)
    for side in (-1, 1):
        crossing = sided(curve((0.145, -1.0), (0.11, -1.0, 1), (0.04, -0.72, 1), (-0.06, -0.42)), side)
        d.part(_strap(crossing), spec.cloth, shade=0.72, edge=0.014, contact=0.3, form=0)
    bib = symmetric(curve((0, -0.72), (0.235, -0.715), (0.245, -0.52, 1), (w + 0.005, top + 0.05), (0, top + 0.06)))
    back = symmetric(curve((0, -0.48), (w * 0.8, -0.40, 1), (w, top + 0.02), (0, top + 0.05)))
    d.part(back, cloths.lining(spec), shade=0.66, contact=0.0)
    trousers.paint_legs(spec, d, legs)
    trousers.hems(spec, d, legs)
    trousers.fly_and_pockets(replace(spec, closure="elastic waistband"), d, legs)
    if spec.printed is not None:
        d.placard = Placard(0.0, -0.53, 0.24, 0.22, spec.printed)
    d.part(bib, spec.cloth, contact=0.4, printed=True)
    d.stitch(moved(bib[:20] * (0.94, 1), 0, 0.014), thread)
    if spec.printed is None:
        pocket = symmetric(np.array([(0.0, -0.62), (0.13, -0.62), (0.13, -0.44), (0.0, -0.40)]))
        d.part(pocket, spec.cloth, edge=0.012, contact=0.4, form=0, bulge=0.6, sewn=True)
        d.stitch(moved(pocket * (0.9, 1), 0, 0.012), thread)
    band = symmetric(curve((0, top + 0.028), (w + 0.002, top), (w + 0.014, top + 0.085), (0, top + 0.115)))
    d.part(band, spec.cloth, edge=0.014, contact=0.4, form=0)
    d.stitch(np.array([(-w, top + 0.085), (0, top + 0.10), (w, top + 0.085)]), thread)
    for side in (-1, 1):
        d.button(side * (w - 0.01), top + 0.05, 0.018, cloths.BRASS, "metal")
        strap = sided(curve((0.185, -0.655), (0.21, -0.88, 1), (0.135, -1.0)), side)
        d.part(_strap(strap), spec.cloth, edge=0.014, contact=0.5, form=0)
        d.part(
            sided(np.array([(0.150, -0.735), (0.228, -0.735), (0.224, -0.665), (0.154, -0.665)]), side),
            cloths.of(cloths.BRASS, "satin"),
            edge=0.012,
            contact=0.6,
            form=0,
            crumple=0,
        )
        d.button(side * 0.188, -0.675, 0.021, cloths.BRASS, "metal")


def _strap(line: Points) -> Points:
    return np.concatenate([offset(line, 0.034), offset(line, -0.034)[::-1]])
