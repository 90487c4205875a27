"""How the garment lies in the picture: centring, size, tilt and symmetry, from its mask."""

from __future__ import annotations

import numpy as np

from nkd_pipeline.rubric.pixel_checks.picture import Bytes, Floats, Mask

_CANVAS = 128  # pixels a side of the mask that is turned and mirrored
_FIT = 84  # its longer side therein: turned by 24 degrees it still fits
_REACH, _STEP, _FINE = 24.0, 4.0, 0.5  # degrees: how far is looked, coarsely and then finely
_NUDGES = (-2, -1, 0, 1, 2)  # pixels: one longer sleeve moves the box's middle off the mirror axis
_GAIN = 0.012  # a turn that improves the mirror overlap by less than this is no evidence of tilt


def measure_geometry(mask: Mask, upright: bool) -> dict[str, float]:
    """Measures a mask.

    `offset` is the distance of the bounding box's centre from the picture's, as a share of its side; `span` the box's longer side against the
    picture's. For garments that hang upright also `tilt` in degrees, clockwise positive, and `symmetry`, the overlap 0..1 with the mirror image.
    """
    height, width = mask.shape
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    x = (columns[0] + columns[-1] + 1) / 2 / width - 0.5
    y = (rows[0] + rows[-1] + 1) / 2 / height - 0.5
    wide, high = (columns[-1] - columns[0] + 1) / width, (rows[-1] - rows[0] + 1) / height
    measures = {"offset": float(np.hypot(x, y)), "offset_x": float(x), "offset_y": float(y), "span": float(max(wide, high))}
    return {**measures, **_tilt(mask)} if upright else measures


def _tilt(mask: Mask) -> dict[str, float]:
    matrix = _to_canvas(mask)
    source = mask.astype(np.float32)
    coarse = np.arange(-_REACH, _REACH + 0.1, _STEP)
    overlaps = {float(angle): _mirror_overlap(source, matrix, float(angle)) for angle in coarse}
    best = max(overlaps, key=lambda angle: overlaps[angle])
    fine = {float(angle): _mirror_overlap(source, matrix, float(angle)) for angle in np.arange(best - _STEP + _FINE, best + _STEP, _FINE)}
    best = max(fine, key=lambda angle: (fine[angle], -abs(angle)))
    gain = fine[best] - overlaps[0.0]
    # turned by `best` the garment is upright, so it lies tilted the other way
    return {"tilt": best if gain > _GAIN else 0.0, "tilt_gain": gain, "symmetry": fine[best]}


def _to_canvas(mask: Mask) -> Floats:
    rows, columns = np.nonzero(mask)
    scale = _FIT / max(1.0, float(np.ptp(rows)), float(np.ptp(columns)))
    return np.array([[scale, 0, _CANVAS / 2 - scale * columns.mean()], [0, scale, _CANVAS / 2 - scale * rows.mean()]], dtype=np.float32)


def _mirror_overlap(mask: Floats, to_canvas: Floats, angle: float) -> float:
    """Returns the best overlap of the turned mask with its mirror image over a few mirror axes near the middle of its box."""
    import cv2

    turn = cv2.getRotationMatrix2D((_CANVAS / 2, _CANVAS / 2), angle, 1.0)
    placed = turn @ np.vstack([to_canvas, [0, 0, 1]])
    turned: Bytes = np.asarray(cv2.threshold(cv2.warpAffine(mask, placed, (_CANVAS, _CANVAS)), 0.5, 1, cv2.THRESH_BINARY)[1], dtype=np.uint8)
    left, _, wide, _ = cv2.boundingRect(turned)
    area = cv2.countNonZero(turned)
    axis = 2 * left + wide - 1 - (_CANVAS - 1)  # how far the mirror image must be moved so that its box lies on the mask's
    flipped = np.asarray(cv2.copyMakeBorder(turned[:, ::-1], 0, 0, _CANVAS, _CANVAS, cv2.BORDER_CONSTANT, value=0), dtype=np.uint8)
    starts = (_CANVAS - axis - nudge for nudge in _NUDGES)
    shared = max(cv2.countNonZero(turned & flipped[:, start : start + _CANVAS]) for start in starts)
    return shared / max(1, 2 * area - shared)
