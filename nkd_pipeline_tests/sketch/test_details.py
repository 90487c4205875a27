"""Details stay on the garment, however short it is cut."""

import cv2
import numpy as np
import pytest

from nkd_pipeline.sketch.drawing import Button, Drawing, Line, Part
from nkd_pipeline.sketch.garments import GARMENTS, cuts
from nkd_pipeline_tests.sketch.makers import garment

EDGE = 128  # pixels; the raster covers 3.2 garment units
PER_UNIT = EDGE / 3.2
LENGTHS = ("", "cropped", "short", "knee-length", "maxi")  # usual, the shortest of each table, the longest
CUT_TO_LENGTH = sorted({*cuts.table()["upper"], *cuts.table()["lower"], "skirt"} - {"base"})
DETAILS = ("cargo pockets", "chest pocket", "patch pockets", "side pockets", "contrast stripes", "ripped", "coat belt", "crease")
CLOSURES = ("zip", "half zip", "full button front")
BELT = 0.012  # units by which a belt or a stripe is wider than the waist it holds


def drawn(kind, **changes):
    drawing = Drawing(np.random.default_rng(1))
    GARMENTS[kind](garment(kind, accents=((240, 200, 60),), **changes), drawing)
    return drawing


def pixels(points):
    return np.round((np.asarray(points) + np.array([1.6, 1.45])) * PER_UNIT * 16 - 8).astype(np.int32)


def raster(op):
    mask = np.zeros((EDGE, EDGE), np.uint8)
    if isinstance(op, Part):
        cv2.fillPoly(mask, [pixels(op.outline)], 1, shift=4)
    elif isinstance(op, Line) and op.look == "cord":
        cv2.polylines(mask, [pixels(op.points)], False, 1, 1, shift=4)
    return mask.astype(bool)


def grown(mask, units):
    reach = max(1, round(units * PER_UNIT))
    return cv2.dilate(mask.astype(np.uint8), np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)).astype(bool)


def silhouette(drawing):
    return np.logical_or.reduce([raster(op) for op in drawing.ops])


def off_the_cloth(drawing):
    """Sewn-on parts with the share of their area beside the cloth, and buttons whose middle is beside it (share 1)."""
    cloth, lost = np.zeros((EDGE, EDGE), bool), []
    for op in drawing.ops:
        if isinstance(op, Button):
            column, row = pixels((op.x, op.y)) // 16
            if not grown(cloth, 0.01)[row, column]:
                lost.append((op, 1.0))
            continue
        mask = raster(op)
        if isinstance(op, Part) and op.sewn and mask.any():
            share = float((mask & ~grown(cloth, 0.01)).sum() / mask.sum())
            if share > 0.02:
                lost.append((op, share))
        cloth |= mask
    return lost


@pytest.mark.parametrize("group", ["women", "baby"])
@pytest.mark.parametrize("kind", CUT_TO_LENGTH)
def test_what_is_sewn_on_lies_on_the_cloth(kind, group):
    for length in LENGTHS:
        for closure in CLOSURES:
            lost = off_the_cloth(drawn(kind, group=group, length=length, closure=closure, details=DETAILS))
            assert not lost, f"{kind}, {group}, {length!r}, {closure}: {lost}"


@pytest.mark.parametrize("group", ["adult", "baby"])
@pytest.mark.parametrize("kind", CUT_TO_LENGTH)
def test_details_do_not_change_the_silhouette(kind, group):
    for length in LENGTHS:
        plain, detailed = (silhouette(drawn(kind, group=group, length=length, details=details)) for details in ((), DETAILS))
        beyond = detailed & ~grown(plain, BELT + 0.01)
        assert beyond.sum() <= 2, f"{kind}, {group}, {length!r}: {beyond.sum()} pixels beyond the garment"
