"""Where the garment lies: outlines and foreign colours, closed and filled.

A threshold on the distance to the background alone loses white garments (they measure 0.6 to 2.2 against it) and swallows soft shadows. So the mask
is what an edge encloses, or what no shadow can be: coloured, much darker or lighter than the background.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nkd_pipeline.rubric.pixel_checks.background import Background
from nkd_pipeline.rubric.pixel_checks.picture import Bytes, Floats, Mask, Picture

_SHADOW_CHROMA = 7.0  # shadows keep the background's hue
_SHADOW_DEPTH = 26.0  # and are never this much darker
_LIGHTER = 2.5  # nor lighter
_EDGE = 1.1  # CIELAB units a pixel: soft shadows stay below, outlines of white garments above
_STEPS = 5  # how often the edge threshold is lowered at most
_LEAK = 1.15  # growing by more than this at a lower threshold, the outline had been leaking before
_SEEN_THROUGH = 8.0  # CIELAB distance from the background up to which an inner pixel shows it
_SPECK = 0.004  # parts below this share of the largest are noise
_LEAST, _MOST = 0.008, 0.97  # share of the picture that a garment can cover


@dataclass(frozen=True, slots=True)
class Foreground:
    """`mask` covers all parts, `areas` are their pixel counts, largest first, and `labels` number them in that order from 1."""

    mask: Mask
    labels: Bytes
    areas: tuple[int, ...]

    @property
    def rim(self) -> float:
        """Share 0..1 of the picture's outermost pixels that the mask covers."""
        return _rim(self.mask)

    def own_parts(self, at_most: int, size: float) -> int:
        """Returns how many parts belong to the article: at most so many, each of at least `size` times the largest one's area."""
        return sum(area >= size * self.areas[0] for area in self.areas[:at_most])

    def largest(self, count: int) -> Mask:
        """Returns the mask of the `count` largest parts."""
        return (self.labels >= 1) & (self.labels <= count)


def find_garment(picture: Picture, background: Background) -> Foreground | None:
    """Segments the picture; None when nothing stands out from the background, or everything does."""
    edges = _gradient(picture.lab)
    foreign = _foreign(picture.lab, background.surface)
    threshold = max(_EDGE, 2.5 * _ring_noise(edges))
    best: Mask | None = None
    for _ in range(_STEPS):
        mask = _closed((edges > threshold) | foreign)
        if _LEAST < mask.mean() < _MOST and _solid(mask):
            if best is not None and (mask.sum() < _LEAK * best.sum() or _rim(mask) > _rim(best) + 0.02):
                break
            best = mask
            if foreign.sum() > 0.5 * mask.sum():
                break  # its colour already tells the garment: a lower threshold could only add shadow
        threshold *= 0.75
    return _parts(best) if best is not None else None


def without_holes(picture: Picture, mask: Mask, background: Background) -> Mask:
    """Takes away what shows the background inside an outline: a belt's ring, a bag's handles. A pale garment that would vanish is left as it is."""
    step = picture.lab - background.surface
    solid = mask & (np.linalg.norm(step, axis=2) > _SEEN_THROUGH)
    return solid if solid.sum() > 0.15 * mask.sum() else mask


def _rim(mask: Mask) -> float:
    return float(np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]]).mean())


def _gradient(lab: Floats) -> Floats:
    import cv2

    soft = cv2.GaussianBlur(lab, (0, 0), 0.8)
    across, down = cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)
    return np.asarray(np.sqrt((across * across + down * down).sum(axis=2)) / 8, dtype=np.float32)


def _foreign(lab: Floats, surface: Floats) -> Mask:
    step = lab - surface
    hue = np.hypot(step[..., 1], step[..., 2])
    return np.asarray((hue > _SHADOW_CHROMA) | (step[..., 0] < -_SHADOW_DEPTH) | (step[..., 0] > _LIGHTER), dtype=np.bool_)


def _ring_noise(edges: Floats) -> float:
    ring = np.concatenate([edges[2:8].ravel(), edges[-8:-2].ravel(), edges[:, 2:8].ravel(), edges[:, -8:-2].ravel()])
    return float(np.quantile(ring, 0.6))


def _closed(found: Mask) -> Mask:
    import cv2

    def disc(size: int) -> Bytes:
        return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), dtype=np.uint8)

    raw = cv2.morphologyEx(found.astype(np.uint8), cv2.MORPH_CLOSE, disc(5))
    padded = cv2.copyMakeBorder(raw, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    cv2.floodFill(padded, None, (0, 0), 2)
    filled = (padded[1:-1, 1:-1] != 2).astype(np.uint8)
    # opened, and a pixel tighter than found: an edge is as wide as the operator that finds it
    return np.asarray(cv2.dilate(cv2.erode(filled, disc(5)), disc(3)) > 0, dtype=np.bool_)


def _solid(mask: Mask) -> bool:
    """Tells a filled garment from bare outlines that leaked: nothing of those is left after an erosion."""
    import cv2

    core = cv2.erode(mask.astype(np.uint8), np.ones((7, 7), dtype=np.uint8))
    return bool(core.sum() > 0.25 * mask.sum())


def _parts(mask: Mask) -> Foreground:
    import cv2

    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    areas = stats[1:, cv2.CC_STAT_AREA]
    order = [int(i) for i in np.argsort(-areas, kind="stable") if areas[i] > _SPECK * areas.max()][:200]
    rank = np.zeros(len(areas) + 1, dtype=np.uint8)
    rank[[i + 1 for i in order]] = np.arange(1, len(order) + 1)
    numbered = rank[labels]
    return Foreground(numbered > 0, numbered, tuple(int(areas[i]) for i in order))
