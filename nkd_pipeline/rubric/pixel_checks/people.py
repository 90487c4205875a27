"""Whether a person is in the picture: skin beside the garment's own colours, at its outline."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from nkd_pipeline.rubric.pixel_checks.boxes import Box, boxed
from nkd_pipeline.rubric.pixel_checks.garment_colours import other_pixels
from nkd_pipeline.rubric.pixel_checks.picture import Mask, Picture

# CIELAB of skin from very light to very dark: lightness, chroma, hue angle in degrees
_LIGHTNESS, _CHROMA, _HUE = (25.0, 92.0), (10.0, 44.0), (36.0, 74.0)
_OPEN = 5  # pixels of the small picture, wide: seams, leather trims and buttons are narrower than hands
_BESIDE = 0.25  # share of a part's border that must lie on the outline: heads, hands and legs stand out, prints and linings do not


def is_skin(lab: npt.NDArray[np.floating]) -> Mask:
    """Returns which CIELAB values (..., 3) a skin could have."""
    chroma, hue = np.hypot(lab[..., 1], lab[..., 2]), np.degrees(np.arctan2(lab[..., 2], lab[..., 1]))
    ranges = ((lab[..., 0], _LIGHTNESS), (chroma, _CHROMA), (hue, _HUE))
    return np.asarray(np.logical_and.reduce([(value >= low) & (value <= high) for value, (low, high) in ranges]), dtype=np.bool_)


def measure_skin(picture: Picture, mask: Mask, main: npt.NDArray[np.float64]) -> tuple[dict[str, float], Box]:
    """Returns `skin`: the area of the largest skin-coloured part at the outline, as a share 0..1 of the mask; and where it is.

    The main colour does not count.
    """
    import cv2

    place = np.nonzero(mask)
    skin = np.zeros(mask.shape, dtype=np.uint8)
    found = is_skin(picture.lab[place])
    found[found] = other_pixels(picture.lab[place][found], main)
    skin[place] = found
    parts = cv2.morphologyEx(skin, cv2.MORPH_OPEN, np.ones((_OPEN, _OPEN), dtype=np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(parts, connectivity=8)
    if count == 1:
        return {"skin": 0.0}, ()
    cross = np.ones((3, 3), dtype=np.uint8)
    border = labels * (cv2.erode(parts, cross) == 0)
    near = cv2.erode(mask.astype(np.uint8), np.ones((_OPEN, _OPEN), dtype=np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=0) == 0
    around, beside = (np.bincount(values.ravel(), minlength=count) for values in (border, border * near))
    standing = beside[1:] >= _BESIDE * np.maximum(around[1:], 1)
    areas = stats[1:, cv2.CC_STAT_AREA] * standing
    left, top, wide, high, _ = stats[1 + int(areas.argmax())]
    return {"skin": float(areas.max() / mask.sum())}, boxed(left, top, left + wide, top + high, mask.shape) if areas.any() else ()
