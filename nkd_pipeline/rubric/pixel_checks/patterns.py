"""Which way a garment's pattern runs: how its edges are spread over the directions."""

from __future__ import annotations

import numpy as np

from nkd_pipeline.rubric.pixel_checks.boxes import Box, around
from nkd_pipeline.rubric.pixel_checks.garment_colours import other_share
from nkd_pipeline.rubric.pixel_checks.picture import Floats, Mask, Picture

_RIM = 9  # pixels of the small picture, wide: the outline's own edges are no pattern
_SIDE = 0.20  # share of the width: the cloth of sleeves is turned
_TOP, _BOTTOM = 0.16, 0.08  # shares of the height: necks, waistbands and hems have colours of their own
_LIGHTNESS = 0.6  # folds are mostly lightness: it counts less
_LEAST, _OF_STRONGEST = 1.2, 0.3  # CIELAB units a pixel, and share of the strong ones, from which an edge belongs to a pattern and not to a fold
_FEWEST, _SAMPLE = 100, 2000  # pixels: fewer tell nothing, more tell nothing new
_PATTERNED = 0.09  # share of other colours from which there is a pattern whose direction can be asked for
_CONE = 18.0  # degrees on either side within which an edge runs straight across or down


def measure_pattern(picture: Picture, mask: Mask) -> tuple[dict[str, float], Box]:
    """Measures the cloth in the garment's middle, and returns where that is.

    `other_colour_share` is the share 0..1 that differs from its main colour by more than shading does, `pattern_edges` the share on an edge.
    Where there is a pattern: `lines_across` and `lines_down` are the shares of its edges that run level and upright (of scattered figures 0.2 each),
    `lines_crossed` is the smaller and `lines_one_way` the larger of the two.
    """
    place = middle_of(mask)
    if place.sum() < _FEWEST:
        return {}, ()
    cloth = picture.lab[place]
    measures = {"other_colour_share": other_share(cloth[:: max(1, len(cloth) // _SAMPLE)].astype(np.float64))}
    across, down = _gradients(picture.lab, place)
    strength = np.hypot(across, down)
    limit = max(_LEAST, _OF_STRONGEST * float(np.quantile(strength, 0.98)))
    edge = strength > limit
    measures["pattern_edges"] = float(edge.mean())
    if edge.sum() < _FEWEST or measures["other_colour_share"] < _PATTERNED:
        return measures, around(place)
    weight = np.minimum(strength[edge], 3 * limit)
    angle = np.degrees(np.arctan2(down[edge], across[edge])) % 180  # of the step; the line runs at right angles to it
    level, upright = (float(weight[np.abs((angle - middle + 90) % 180 - 90) <= _CONE].sum() / weight.sum()) for middle in (90, 0))
    measures.update(lines_across=level, lines_down=upright, lines_crossed=min(level, upright), lines_one_way=max(level, upright))
    return measures, around(place)


def middle_of(mask: Mask) -> Mask:
    """Returns the garment without sleeves, neck, waistband and hem, where its cloth can be seen best; all but the rim where it has no such middle."""
    import cv2

    core = cv2.erode(mask.astype(np.uint8), np.ones((_RIM, _RIM), dtype=np.uint8))
    left, top, wide, high = cv2.boundingRect(mask.astype(np.uint8))
    cut = np.zeros_like(core)
    rows, columns = (
        slice(round(top + _TOP * high), round(top + (1 - _BOTTOM) * high)),
        slice(round(left + _SIDE * wide), round(left + (1 - _SIDE) * wide)),
    )
    cut[rows, columns] = core[rows, columns]
    return np.asarray((cut if cv2.countNonZero(cut) > 0.2 * cv2.countNonZero(core) else core) > 0, dtype=np.bool_)


def _gradients(lab: Floats, place: Mask) -> tuple[Floats, Floats]:
    """Returns the steps to the right and downwards in the colour channel that steps most there."""
    import cv2

    soft = cv2.GaussianBlur(lab * np.array([_LIGHTNESS, 1, 1], dtype=np.float32), (0, 0), 0.8)
    across, down = cv2.Sobel(soft, cv2.CV_32F, 1, 0)[place] / 8, cv2.Sobel(soft, cv2.CV_32F, 0, 1)[place] / 8
    # the direction of the structure tensor, so that channels stepping against each other do not cancel out
    xx, yy, xy = (across * across).sum(axis=1), (down * down).sum(axis=1), (across * down).sum(axis=1)
    turn = 0.5 * np.arctan2(2 * xy, xx - yy)
    size = np.sqrt(np.maximum(0.5 * (xx + yy + np.sqrt((xx - yy) ** 2 + 4 * xy * xy)), 0))
    return np.asarray(size * np.cos(turn), dtype=np.float32), np.asarray(size * np.sin(turn), dtype=np.float32)
