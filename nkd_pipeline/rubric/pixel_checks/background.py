"""What lies behind the garment: a smooth surface fitted to the picture's border band."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nkd_pipeline.rubric.pixel_checks.boxes import Box, boxed
from nkd_pipeline.rubric.pixel_checks.picture import Floats, Mask, Picture

BAND = 40  # the border band is 1/40 of the longer side wide
_THIN = 3  # every third of its pixels is enough for a smooth surface
_FAR = 12.0  # CIELAB units: a first guess at what in the band is no background
_OTHER = 5.0  # beyond the fitted surface by this much, it is an object and not background
_OBJECT = 8.0  # a soft shadow that runs out over the border stays below this
_CORNER = 10  # corners are 1/10 of the longer side wide
_SHADOW = 31  # pixels of the small picture, wide: half of it on either side, where a soft shadow may lie
_TYPICAL = 0.2  # share of the band that must look alike before the rest is called an object
_UNEVEN = 0.2  # share of the band that is shown as its other end where it is uneven


@dataclass(frozen=True, slots=True)
class Background:
    """The fitted background.

    `surface` is its CIELAB value behind every pixel. `lightness` 0..100 and `chroma` are medians, `unevenness` is the span of the surface along the
    border in CIELAB units, `texture` the deviation from the surface, `clutter` the share 0..1 of the corners that is no background, and
    `touching` the same for the outermost pixels. `uneven_at` is the part of the border that differs most from the lightest, `cluttered_at` the
    corner with the most clutter.
    """

    surface: Floats
    lightness: float
    chroma: float
    unevenness: float
    texture: float
    clutter: float
    touching: float
    uneven_at: Box
    cluttered_at: Box


def fit_background(picture: Picture, garment: Mask | None = None) -> Background:
    """Fits a surface of second degree to the border, leaving out what differs from it, and the garment where that is known to reach the border."""
    lab = picture.lab
    height, width = lab.shape[:2]
    band = _band(height, width)
    if garment is not None:
        free = band & ~_with_shadow(garment)
        band = free if free.sum() > _TYPICAL * band.sum() else band
    x, y = (np.arange(size, dtype=np.float32) / size - 0.5 for size in (width, height))
    rows, columns = (places[::_THIN] for places in np.nonzero(band))
    border, design = lab[rows, columns], np.stack([np.ones(len(rows), dtype=np.float32), x[columns], x[columns] ** 2, y[rows], y[rows] ** 2], axis=-1)
    distance = np.linalg.norm(border - np.median(border, axis=0), axis=1)
    keep = distance < max(_FAR, float(np.quantile(distance, _TYPICAL)))
    for _ in range(3):
        weights = np.linalg.lstsq(design[keep], border[keep], rcond=None)[0]
        residual = np.linalg.norm(border - design @ weights, axis=1)
        keep = residual < max(_OTHER, float(np.quantile(residual, _TYPICAL)))
    # a sum of what a column and what a row brings: no need to evaluate it pixel by pixel
    surface = (np.stack([x, x * x], axis=-1) @ weights[1:3])[None] + (weights[0] + np.stack([y, y * y], axis=-1) @ weights[3:])[:, None]
    surface = surface.astype(np.float32)
    strange = _strange(lab, surface)
    fitted = surface[rows, columns][keep]
    low, high = np.quantile(fitted, [0.05, 0.95], axis=0)
    light, a, b = np.median(border[keep], axis=0)
    clutter, cluttered_at = _clutter(strange)
    return Background(
        surface=surface,
        lightness=float(light),
        chroma=float(np.hypot(a, b)),
        unevenness=float(np.linalg.norm(high - low)),
        texture=float(np.sqrt(np.mean(residual[keep] ** 2))),
        clutter=clutter,
        touching=float(np.concatenate([strange[1], strange[-2], strange[:, 1], strange[:, -2]]).mean()),
        uneven_at=_uneven_at(fitted, rows[keep], columns[keep], (height, width)),
        cluttered_at=cluttered_at,
    )


def _band(height: int, width: int) -> Mask:
    thick = max(3, max(height, width) // BAND)
    band = np.ones((height, width), dtype=np.bool_)
    band[thick:-thick, thick:-thick] = False
    return band


def _with_shadow(garment: Mask) -> Mask:
    import cv2

    return np.asarray(cv2.dilate(garment.astype(np.uint8), np.ones((_SHADOW, _SHADOW), dtype=np.uint8)) > 0, dtype=np.bool_)


def _strange(lab: Floats, surface: Floats) -> Mask:
    step = lab - surface
    return np.asarray(np.einsum("ijk,ijk->ij", step, step) > _OBJECT**2, dtype=np.bool_)


def _uneven_at(fitted: Floats, rows: npt.NDArray[np.intp], columns: npt.NDArray[np.intp], shape: tuple[int, int]) -> Box:
    """Returns where the border's fitted values (n, 3) at these places are farthest from the lightest of them."""
    away = np.linalg.norm(fitted - fitted[fitted[:, 0].argmax()], axis=1)
    far = away >= np.quantile(away, 1 - _UNEVEN)
    return boxed(columns[far].min(), rows[far].min(), columns[far].max() + 1, rows[far].max() + 1, shape)


def _clutter(strange: Mask) -> tuple[float, Box]:
    """Looks at the four corners, where no garment reaches: the second cleanest counts, so that an object in one or two of them is no clutter.

    Also returns the place of the worst one.
    """
    side = max(4, max(strange.shape) // _CORNER)
    high, wide = (min(side, length) for length in strange.shape)
    corners = [(left, top) for top in (0, strange.shape[0] - high) for left in (0, strange.shape[1] - wide)]
    shares = [float(strange[top : top + high, left : left + wide].mean()) for left, top in corners]
    left, top = corners[int(np.argmax(shares))]
    return sorted(shares)[1], boxed(left, top, left + wide, top + high, strange.shape)
