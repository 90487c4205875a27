"""A garment's pale parts: white stripes, yokes and hems stand out so little beside strong colours that no one threshold finds both.

Whatever an edge encloses together with the mask of the coloured parts is looked at. What grows lighter with the distance from the mask, or has the
background's own colour, is shadow; cloth is brighter than the background, ends in a sharp edge, or is too wide for a shadow.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from nkd_pipeline.rubric.pixel_checks.outlines import calm, closed, difference, disc, filled, gradient, widened
from nkd_pipeline.rubric.pixel_checks.picture import Bytes, Floats

_STRONG, _SHARE = 15.0, 0.8  # CIELAB units from the background that a fifth of the mask must reach: pale garments are found whole, or not at all
_THRESHOLDS = (4.0, 1.7, 0.7)  # edges that enclose a part, CIELAB units a pixel
_GAPS = (3, 9)  # pixels over which its outline is closed
_NOISE = 2.0  # an edge is this much stronger than what the background alone shows
_BESIDE = 2.5  # pixels: nearer to the mask, two colours mix
_NARROW = 5  # pixels: what is narrower is no part
_LEAST = 0.004  # share of the mask's area
_FLOOR = 0.05  # CIELAB units a pixel: drawn backgrounds have no noise at all
# Fitted to 7 700 enclosed parts of pictures whose true masks are known.
_FADES = 0.3  # correlation of lightness with distance from the mask
_SAME = 0.74  # CIELAB units from the background
_BRIGHTER = 0.4  # CIELAB lightness above the background
_WIDE = 11.0  # pixels from a part's middle to its border
_SHARP = 11.0  # times what the background alone shows
_SOFT = 1.5  # a blurred edge's gradient, times this, is as steep as a shadow's unblurred one


def with_pale_parts(lab: Floats, surface: Floats, mask: Bytes) -> Bytes:
    """Returns the mask 0/1 with the enclosed parts beside it that look like cloth; picture and background are in CIELAB."""
    import cv2

    step = lab - surface
    distance = difference(step)
    if np.count_nonzero(mask) == 0 or float(np.quantile(distance[mask > 0], _SHARE)) < _STRONG:
        return mask
    edges = gradient(lab, 0.6)
    still = calm(edges)
    sharp = widened(np.maximum(edges - _SOFT * gradient(lab, 2.5), 0)) / (still + _FLOOR)
    layers = np.dstack([cv2.distanceTransform(1 - mask, cv2.DIST_L2, 3), step[..., 0], distance, sharp]).astype(np.float32)
    added = np.zeros_like(mask)
    for threshold in _THRESHOLDS:
        if threshold < _NOISE * still:
            break
        for gap in _GAPS:
            for window, part in _enclosed(mask, (edges > threshold).astype(np.uint8), gap):
                if _is_cloth(part, layers[window]):
                    added[window] |= part
    if not added.any():
        return mask
    return filled(np.asarray(cv2.morphologyEx(mask | added, cv2.MORPH_CLOSE, disc(_NARROW)), dtype=np.uint8))


def _enclosed(mask: Bytes, edges: Bytes, gap: int) -> Iterator[tuple[tuple[slice, slice], Bytes]]:
    """Yields what edges and mask enclose together: the window in which a part lies, and its pixels 0/1 there."""
    import cv2

    # an edge is as wide as the operator that finds it: a pixel tighter than found
    tight = np.asarray(cv2.erode(closed(edges | mask, gap), disc(3)), dtype=np.uint8) & (1 - mask)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(cv2.morphologyEx(tight, cv2.MORPH_OPEN, disc(_NARROW)))
    least = _LEAST * np.count_nonzero(mask)
    for number in range(1, count):
        left, top, wide, high, area = (int(value) for value in stats[number])
        if area >= least:
            window = slice(max(0, top - 2), top + high + 2), slice(max(0, left - 2), left + wide + 2)
            yield window, np.asarray(labels[window] == number, dtype=np.uint8)


def _is_cloth(part: Bytes, layers: Floats) -> bool:
    """Tells cloth from shadow; the layers are the distance from the mask, the lightness above the background, the distance from it, and sharpness."""
    import cv2

    away, light, distance, sharp = (layers[..., number] for number in range(4))
    clear = (part > 0) & (away > _BESIDE)
    if np.count_nonzero(clear) <= 8 or float(np.median(distance[clear])) < _SAME or _correlation(away[clear], light[clear]) > _FADES:
        return False
    if float(np.median(light[clear])) > _BRIGHTER:
        return True
    padded = cv2.copyMakeBorder(part, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    if float(cv2.distanceTransform(padded, cv2.DIST_L2, 3).max()) > _WIDE:
        return True
    border = (cv2.dilate(part, np.ones((3, 3), dtype=np.uint8)) > part) & (away > _BESIDE)
    return bool(border.any()) and float(np.median(sharp[border])) > _SHARP


def _correlation(one: Floats, other: Floats) -> float:
    spread = float(one.std() * other.std())
    return float(np.mean((one - one.mean()) * (other - other.mean()))) / spread if spread > 1e-6 else 0.0
