"""Where the garment lies: roughly at first, by the outline that is seen best and the pale parts beside it, then exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nkd_pipeline.rubric.pixel_checks.background import Background, fit_background
from nkd_pipeline.rubric.pixel_checks.outlines import choose_outline
from nkd_pipeline.rubric.pixel_checks.pale_parts import with_pale_parts
from nkd_pipeline.rubric.pixel_checks.picture import SMALLEST, Bytes, Floats, Mask, Picture, from_bgr
from nkd_pipeline.rubric.pixel_checks.snapping import snap

_SEEN_THROUGH = 8.0  # CIELAB distance from the background up to which an inner pixel shows it
_SMALL, _MARGIN = 0.5, 0.4  # a garment of less than half the picture is looked at again, with this share of its size around it
_SPECK = 0.004  # parts below this share of the largest are noise


@dataclass(frozen=True, slots=True)
class Foreground:
    """`mask` covers all parts, `areas` are their pixel counts, largest first, and `labels` number them in that order from 1."""

    mask: Mask
    labels: Bytes
    areas: tuple[int, ...]

    def own_parts(self, at_most: int, size: float) -> int:
        """Returns how many parts belong to the article: at most so many, each of at least `size` times the largest one's area."""
        return sum(area >= size * self.areas[0] for area in self.areas[:at_most])

    def largest(self, count: int) -> Mask:
        """Returns the mask of the `count` largest parts."""
        return (self.labels >= 1) & (self.labels <= count)


def find_garment(picture: Picture, background: Background) -> Foreground | None:
    """Segments the picture; None when nothing stands out from the background, or everything does."""
    mask = _outlined(picture.lab, background.surface)
    if mask is None or not mask.any():
        return None
    return _parts(_seen_closer(picture, mask) > 0)


def _outlined(lab: Floats, surface: Floats) -> Bytes | None:
    import cv2

    half = (max(1, lab.shape[1] // 2), max(1, lab.shape[0] // 2))
    small, behind = (np.asarray(cv2.resize(layer, half, interpolation=cv2.INTER_AREA), dtype=np.float32) for layer in (lab, surface))
    rough = choose_outline(small, behind)
    if rough is None:
        return None
    enlarged = cv2.resize(with_pale_parts(small, behind, rough).astype(np.float32), lab.shape[1::-1], interpolation=cv2.INTER_LINEAR) > 0.5
    return snap(lab, surface, enlarged.astype(np.uint8))


def _seen_closer(picture: Picture, mask: Bytes) -> Bytes:
    """Outlines a small garment once more in an enlarged part of the picture."""
    import cv2

    height, width = mask.shape
    left, top, wide, high = cv2.boundingRect(mask)
    if max(wide, high) > _SMALL * max(width, height):
        return mask
    margin = round(_MARGIN * max(wide, high))
    up = picture.height / height
    x0, x1, y0, y1 = max(0, left - margin), min(width, left + wide + margin), max(0, top - margin), min(height, top + high + margin)
    part = picture.bgr[round(y0 * up) : round(y1 * up), round(x0 * up) : round(x1 * up)]
    if min(part.shape[:2]) < SMALLEST:
        return mask
    closer = from_bgr(np.ascontiguousarray(part))
    found = _outlined(closer.lab, fit_background(closer).surface)
    if found is None or not found.any():
        return mask
    seen = mask.copy()
    small = cv2.resize(found.astype(np.float32), (x1 - x0, y1 - y0), interpolation=cv2.INTER_AREA)
    seen[y0:y1, x0:x1] = small > 0.5
    return seen


def rim(mask: Mask) -> float:
    """Returns the share 0..1 of the picture's outermost pixels that a mask covers."""
    return float(np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]]).mean())


def without_holes(picture: Picture, mask: Mask, background: Background) -> Mask:
    """Takes away what shows the background inside an outline: a belt's ring, a bag's handles. A pale garment that would vanish is left as it is."""
    step = picture.lab - background.surface
    solid = mask & (np.linalg.norm(step, axis=2) > _SEEN_THROUGH)
    return solid if solid.sum() > 0.15 * mask.sum() else mask


def _parts(mask: Mask) -> Foreground:
    import cv2

    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    areas = stats[1:, cv2.CC_STAT_AREA]
    order = [int(i) for i in np.argsort(-areas, kind="stable") if areas[i] > _SPECK * areas.max()][:200]
    rank = np.zeros(len(areas) + 1, dtype=np.uint8)
    rank[[i + 1 for i in order]] = np.arange(1, len(order) + 1)
    numbered = rank[labels]
    return Foreground(numbered > 0, numbered, tuple(int(areas[i]) for i in order))
