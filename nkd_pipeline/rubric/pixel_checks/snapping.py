"""Puts a rough mask's border in its exact place: first onto the strongest edge near it, then where garment and background mix half and half."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from nkd_pipeline.rubric.pixel_checks.outlines import disc
from nkd_pipeline.rubric.pixel_checks.picture import Bytes, Floats, Mask

_REACH = 7  # pixels of the small picture, wide: how far off the rough mask may be
_GAIN = 6.0  # grey levels for a CIELAB unit: what the watershed can tell apart
_CHROMA = np.array([1.0, 0.7, 0.7], dtype=np.float32)
_BAND = 9  # pixels, wide, within which garment and background may mix
_SHRINK, _SPREAD = 3, 7  # the colours beside the border are averaged small, over about 20 pixels of the small picture
_BETWEEN = -0.3  # below this share a pixel is no mixture of the two: the dark rim of a white garment, or its shadow
_MIXED = 0.3  # the garment's own colours near by may vary by this share of the squared distance; a white stripe between red ones is no background
_DISTINCT = 10.0  # CIELAB units between the two sides from which their mixture can be told


def snap(lab: Floats, surface: Floats, rough: Bytes) -> Bytes:
    """Returns the mask 0/1 with its border moved by up to half of `_REACH`."""
    mask = _to_edges(lab - surface, rough)
    for _ in range(2):
        mask = _to_half(lab, mask)
    return mask


def _to_edges(step: Floats, rough: Bytes) -> Bytes:
    """Floods from inside and outside at once: the two meet on the strongest edge between them."""
    import cv2

    soft = cv2.GaussianBlur(step, (0, 0), 0.7) * _CHROMA
    levels = np.clip(128 + _GAIN * soft, 0, 255).astype(np.uint8)
    markers = np.zeros(rough.shape, dtype=np.int32)
    markers[_core(rough, _REACH) > 0] = 2
    markers[cv2.dilate(rough, disc(_REACH)) == 0] = 1
    if not (markers == 1).any():
        return rough
    cv2.watershed(levels, markers)
    inside = (markers == 2).astype(np.uint8)
    line = (markers == -1) & (cv2.dilate(inside, np.ones((3, 3), dtype=np.uint8)) > 0)
    return np.asarray(cv2.medianBlur(inside | line.astype(np.uint8), 3), dtype=np.uint8)


def _to_half(lab: Floats, mask: Bytes) -> Bytes:
    """Compares pixels near the border with the colours a little further inside and outside: shadows and JPEG's colour fringes are background."""
    import cv2

    core, far = _core(mask, _BAND), (cv2.dilate(mask, disc(_BAND)) == 0).astype(np.uint8)
    band = np.nonzero((core == 0) & (far == 0))
    squared = np.dstack([lab, np.einsum("ijk,ijk->ij", lab, lab)])
    inner, outer = _beside(squared, core, band), _beside(lab, far, band)
    own = inner[0][:, :3]
    variance = inner[0][:, 3] - np.einsum("ij,ij->i", own, own)
    axis = own - outer[0]
    size = np.einsum("ij,ij->i", axis, axis)
    share = np.einsum("ij,ij->i", lab[band] - outer[0], axis) / np.maximum(size, 1e-3)
    told = (size > _DISTINCT**2) & (variance < _MIXED * size) & (share > _BETWEEN) & inner[1] & outer[1]
    moved = mask.copy()
    moved[band] = np.where(told, share > 0.5, mask[band])
    return np.asarray(cv2.medianBlur(moved, 3), dtype=np.uint8)


def _core(mask: Bytes, width: int) -> Bytes:
    """Erodes the mask; of straps and other thin parts that would vanish, the middle is kept."""
    import cv2

    core = cv2.erode(mask, disc(width))
    thin = cv2.erode(mask, disc(3)) & (cv2.dilate(core, disc(2 * width + 1)) == 0).astype(np.uint8)
    return np.asarray(core | thin, dtype=np.uint8)


def _beside(lab: Floats, part: Bytes, where: tuple[npt.NDArray[np.intp], ...]) -> tuple[Floats, Mask]:
    """Returns the part's mean colour near some pixels, and for which of them there is one."""
    import cv2

    small = (lab.shape[1] // _SHRINK + 1, lab.shape[0] // _SHRINK + 1)
    weight = cv2.resize(part.astype(np.float32), small, interpolation=cv2.INTER_AREA)
    total = cv2.resize(cv2.bitwise_and(lab, lab, mask=part), small, interpolation=cv2.INTER_AREA)
    for _ in range(2):
        weight = cv2.boxFilter(weight, -1, (_SPREAD, _SPREAD), borderType=cv2.BORDER_CONSTANT)
        total = cv2.boxFilter(total, -1, (_SPREAD, _SPREAD), borderType=cv2.BORDER_CONSTANT)
    place = where[0] * small[1] // lab.shape[0], where[1] * small[0] // lab.shape[1]
    return np.asarray(total[place] / np.maximum(weight[place], 1e-5)[:, None], dtype=np.float32), weight[place] > 1e-3
