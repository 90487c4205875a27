"""Where a garment's outline may run: many masks are proposed, and the one whose border is seen best is kept.

No single threshold outlines all studio pictures: high ones lose white garments on white (they measure 0.6 to 2.2 against the background), low ones
swallow shadows and JPEG blocks. So edges are closed at several thresholds and over gaps of several widths, and the proposals compared. All of it
happens at half the small picture's size: the border is put in its exact place afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from nkd_pipeline.rubric.pixel_checks.mirroring import completed, find_axis
from nkd_pipeline.rubric.pixel_checks.picture import Bytes, Floats

_CHROMA = np.array([1.0, 0.6, 0.6], dtype=np.float32)  # JPEG stores colour at half the resolution: its steps are worth less
_COLOURED, _DARK = 8.0, 26.0  # CIELAB units beyond which nothing is a shadow: those keep the background's hue
_FAR = (5.0, 8.0, 13.0, 20.0, 30.0)  # CIELAB distances from the background
_GAPS = (3, 5, 9, 13)  # pixels over which an outline is closed
_HIGHEST, _LOWEST, _STEP = 4.0, 0.42, 0.65  # edge thresholds, CIELAB units a pixel
_NOISE = 2.0  # an edge is this much stronger than what the background alone shows
_LEAST, _MOST = 0.002, 0.97  # share of the picture that a garment can cover
_COMPLETED = 5  # of the best proposals are also tried with their missing parts taken from the other side
_PALE = 20.0  # CIELAB units from the background: the other side of what is beyond would be seen if it were there
_WITNESSES, _AGREE = 12, 4  # of the best proposals so many must show another object
_FIRM = 0.8  # CIELAB units a pixel
_APART = 15  # pixels, wide: nearer than half of it is the garment's own shadow
_PART = 0.012  # of the largest part's area: smaller ones are specks
_CLEAR = 25.0  # CIELAB distance of a garment that needs no search
# What speaks for a proposal, fitted to 240 pictures whose true masks are known: a border on edges, two like halves, size,
# and few gaps closed at a high threshold. Without any one of them the chosen masks overlap the true ones by up to 2 % less.
_SUPPORT, _SYMMETRY, _SIZE, _GAP, _THRESHOLD, _COLOUR = 1.0, 0.35, 0.36, 0.12, 0.10, 0.11


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mask 0/1, the gap that was closed for it, and how far its threshold lies above the lowest, as a logarithm."""

    mask: Bytes
    gap: int
    height: float
    by_colour: bool


def choose_outline(lab: Floats, surface: Floats) -> Bytes | None:
    """Returns the best mask 0/1 for a picture in CIELAB before a background; None when nothing stands out."""
    step = lab - surface
    distance = difference(step)
    edges, soft = gradient(lab, 0.6), gradient(lab, 1.3)
    clear = _clear(distance, soft)
    if clear is not None:
        return clear
    support = widened(np.minimum(soft / np.float32(6 * calm(soft) + 0.1), 1))
    proposed = _ranked(_proposals(step, distance, edges), support)
    found = proposed
    axis = find_axis(np.minimum(soft, np.float32(1.0)) * (soft > 3 * calm(soft))) if found else None
    if axis is not None:
        pale = (distance < _PALE).astype(np.uint8)
        whole = [replace(proposal, mask=filled(completed(proposal.mask, axis, pale))) for proposal in found[:_COMPLETED]]
        found = _ranked([*found[:_COMPLETED], *whole], support)
    return _with_others(found[0].mask, proposed[:_WITNESSES], soft) if found else None


def _with_others(mask: Bytes, proposals: list[Proposal], edges: Floats) -> Bytes:
    """Adds what lies apart from the garment and is outlined by several of the best proposals: the threshold that suits one may lose the other."""
    import cv2

    seen = np.sum([proposal.mask for proposal in proposals], axis=0)
    apart = (seen >= _AGREE) & (cv2.dilate(mask, disc(_APART)) == 0)
    count, labels = cv2.connectedComponents(apart.astype(np.uint8))
    firm = np.zeros(count, dtype=np.bool_)
    firm[np.unique(labels[apart & (edges > _FIRM)])] = True  # a shadow has no firm edge
    return large_parts(mask | firm[labels].astype(np.uint8), _PART)


def filled(found: Bytes) -> Bytes:
    """Fills everything that cannot be reached from the border."""
    import cv2

    padded = cv2.copyMakeBorder(found, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    cv2.floodFill(padded, None, (0, 0), 2)
    return np.asarray(padded[1:-1, 1:-1] != 2, dtype=np.uint8)


def disc(size: int) -> Bytes:
    """Returns a round structuring element."""
    import cv2

    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), dtype=np.uint8)


def large_parts(mask: Bytes, least: float) -> Bytes:
    """Keeps the connected parts of at least `least` times the largest one's area."""
    import cv2

    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0
    return np.asarray((areas >= max(1.0, least * areas.max())).astype(np.uint8)[labels], dtype=np.uint8)


def _proposals(step: Floats, distance: Floats, edges: Floats) -> Iterator[Proposal]:
    import cv2

    foreign = (np.hypot(step[..., 1], step[..., 2]) > _COLOURED) | (step[..., 0] < -_DARK)
    lowest = max(_LOWEST, _NOISE * calm(edges))
    threshold = max(_HIGHEST, lowest)
    while threshold >= lowest:
        found = ((edges > threshold) | foreign).astype(np.uint8)
        for gap in _GAPS:
            # an edge is as wide as the operator that finds it: a pixel tighter than found
            mask = cv2.morphologyEx(cv2.erode(closed(found, gap), disc(3)), cv2.MORPH_OPEN, disc(3))
            if _LEAST < mask.mean() < _MOST:
                yield Proposal(large_parts(np.asarray(mask, dtype=np.uint8), _PART), gap, float(np.log(threshold / lowest)), False)
        threshold *= _STEP
    for far in _FAR:
        mask = _beyond(distance, far)
        if _LEAST < mask.mean() < _MOST:
            yield Proposal(large_parts(mask, _PART), 0, -0.7, True)


def _ranked(proposals: Iterable[Proposal], support: Floats) -> list[Proposal]:
    scored = [(score, proposal) for proposal in proposals if (score := _score(proposal, support)) is not None]
    return [proposal for _, proposal in sorted(scored, key=lambda item: -item[0])]


def _score(proposal: Proposal, support: Floats) -> float | None:
    import cv2

    mask = proposal.mask
    border = mask & (1 - np.asarray(cv2.erode(mask, np.ones((3, 3), dtype=np.uint8)), dtype=np.uint8))
    border[[0, -1]] = border[:, [0, -1]] = 0
    length = cv2.countNonZero(border)
    if length < 10:
        return None
    seen = float(support[border > 0].mean())
    score = _SUPPORT * seen + _SYMMETRY * _symmetry(mask) + _SIZE * float(np.log(mask.mean()))
    return score - _GAP * proposal.gap / max(_GAPS) + _THRESHOLD * proposal.height + _COLOUR * proposal.by_colour


def _symmetry(mask: Bytes) -> float:
    columns = np.flatnonzero(mask.any(axis=0))
    box = mask[:, columns[0] : columns[-1] + 1]
    both = int(np.count_nonzero(box & box[:, ::-1]))
    return both / max(1, 2 * int(np.count_nonzero(box)) - both)


def _clear(distance: Floats, soft: Floats) -> Bytes | None:
    """Returns the mask of a garment of another colour than the background: the threshold hardly matters, and no edges are left outside."""
    import cv2

    near, middle, far = (large_parts(_beyond(distance, limit), _PART) for limit in (8.0, 13.0, 24.0))
    area = np.count_nonzero(middle)
    if not _LEAST < area / middle.size < _MOST or np.count_nonzero(near) > 1.05 * area or np.count_nonzero(far) < 0.95 * area:
        return None
    if float(np.median(distance[middle > 0])) < _CLEAR:
        return None
    outside = cv2.dilate(near, np.ones((9, 9), dtype=np.uint8)) == 0
    edges = np.maximum(soft - 3 * calm(soft) - 0.1, 0)
    return middle if edges[outside].sum() < 0.02 * edges.sum() else None


def _beyond(distance: Floats, limit: float) -> Bytes:
    import cv2

    far = (distance > limit).astype(np.uint8)
    return filled(np.asarray(cv2.morphologyEx(far, cv2.MORPH_OPEN, np.ones((2, 2), dtype=np.uint8)), dtype=np.uint8))


def closed(found: Bytes, gap: int) -> Bytes:
    """Closes outlines over gaps of so many pixels, and fills them."""
    import cv2

    pad = gap // 2 + 1  # else a garment at the border would be joined to it
    wide = cv2.copyMakeBorder(found, pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=0)
    return filled(np.asarray(cv2.morphologyEx(wide, cv2.MORPH_CLOSE, disc(gap))[pad:-pad, pad:-pad], dtype=np.uint8))


def difference(step: Floats) -> Floats:
    """Returns how far pixels are from the background, in CIELAB units."""
    return np.asarray(np.sqrt(np.einsum("ijk,ijk,k->ij", step, step, _CHROMA)), dtype=np.float32)


def gradient(lab: Floats, sigma: float) -> Floats:
    """Returns the steepness of the picture blurred by so many pixels, in CIELAB units a pixel."""
    import cv2

    soft = cv2.GaussianBlur(lab, (0, 0), sigma)
    across, down = cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)
    return np.asarray(np.sqrt(np.einsum("ijk,k->ij", across * across + down * down, _CHROMA)) / 8, dtype=np.float32)


def calm(edges: Floats) -> float:
    """Returns what the operator finds where no garment is: near the picture's border."""
    ring = np.concatenate([edges[1:7].ravel(), edges[-7:-1].ravel(), edges[:, 1:7].ravel(), edges[:, -7:-1].ravel()])
    return float(np.quantile(ring, 0.6))


def widened(values: Floats) -> npt.NDArray[np.float32]:
    """Returns the largest value within a pixel."""
    import cv2

    return np.asarray(cv2.dilate(values, np.ones((3, 3), dtype=np.uint8)), dtype=np.float32)
