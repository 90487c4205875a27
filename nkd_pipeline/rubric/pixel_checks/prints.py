"""A placed print: whether there is one, and where on the garment it lies."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from nkd_pipeline.rubric.pixel_checks.boxes import Box, around, boxed
from nkd_pipeline.rubric.pixel_checks.garment_colours import other_pixels
from nkd_pipeline.rubric.pixel_checks.picture import Bytes, Mask, Picture

_RIM = 9  # pixels of the small picture, wide: what reaches the outline is a cuff, a lining or a collar
_JOIN = 9  # letters and parts of a motif nearer than this many pixels belong together
_CORD = 5  # times as high as wide: a drawstring
_WORD = 0.2  # share of the largest figure from which another belongs to the print
_TOP = 0.13  # share of the height: there hangs the label
_BOTTOM, _SIDE = 0.14, 0.12  # shares of height and width: ribbed hems and cuffs have shades of their own
_HOOD = 0.4  # share of the height down to which the garment's dark inside may be seen
_DARKEST, _SAME_HUE = 0.45, 8.0  # of the main colour's lightness, and CIELAB units off its hue


def measure_print(picture: Picture, mask: Mask, main: npt.NDArray[np.float64]) -> tuple[dict[str, float], Box]:
    """Measures the figures of another colour than the CIELAB value `main` that lie on the garment and not along its outline.

    `print_share` is their share 0..1 of the garment, and where there are any, `print_sideways` how far their middle lies beside the garment's, as a
    share of its width. Also returns where they are, or the front that was looked at where there are none.
    """
    import cv2

    solid = mask.astype(np.uint8)
    core = cv2.erode(solid, np.ones((_RIM, _RIM), dtype=np.uint8))
    left, top, wide, high = cv2.boundingRect(solid)
    front = np.zeros_like(core)
    rows, columns = (
        slice(round(top + _TOP * high), round(top + (1 - _BOTTOM) * high)),
        slice(round(left + _SIDE * wide), round(left + (1 - _SIDE) * wide)),
    )
    front[rows, columns] = core[rows, columns]
    core = front
    place = np.nonzero(core)
    if not len(place[0]):
        return {"print_share": 0.0}, around(mask)
    other = np.zeros_like(core)
    shade = (place[0] < top + _HOOD * high) & _shade_of(main, picture.lab[place])
    other[place] = other_pixels(picture.lab[place], main) & ~shade
    joined = cv2.morphologyEx(other, cv2.MORPH_CLOSE, np.ones((_JOIN, _JOIN), dtype=np.uint8))
    count, labels, stats, centres = cv2.connectedComponentsWithStats(joined, connectivity=8)
    sizes = np.bincount(labels[other > 0], minlength=count)
    deep = np.bincount(labels[(other > 0) & (cv2.erode(core, np.ones((_RIM, _RIM), dtype=np.uint8)) > 0)], minlength=count)
    hanging = stats[:, cv2.CC_STAT_HEIGHT] > _CORD * stats[:, cv2.CC_STAT_WIDTH]
    sizes[(deep < 0.5 * sizes) | hanging] = 0
    if not sizes.any():
        return {"print_share": 0.0}, around(core > 0)
    parts = np.flatnonzero(sizes >= _WORD * sizes.max())  # the words of a line, and the motif above them
    x, y = (float(value) for value in (sizes[parts] @ centres[parts]) / sizes[parts].sum())
    left, wide, area = _part_at(solid, round(x), round(y))
    lefts, tops, widths, heights, _ = stats[parts].T
    where = boxed(lefts.min(), tops.min(), (lefts + widths).max(), (tops + heights).max(), mask.shape)
    return {"print_share": float(sizes[parts].sum() / area), "print_sideways": abs((x - left) / wide - 0.5)}, where


def _shade_of(main: npt.NDArray[np.float64], lab: npt.NDArray[np.floating]) -> npt.NDArray[np.bool_]:
    """Returns which CIELAB values are the main colour in the dark, as the inside of a hood is."""
    darker = lab[:, 0] / max(1.0, main[0])
    hue = np.hypot(lab[:, 1] - main[1] * darker, lab[:, 2] - main[2] * darker)
    return np.asarray((darker > _DARKEST) & (darker < 1) & (hue < _SAME_HUE), dtype=np.bool_)


def _part_at(solid: Bytes, x: int, y: int) -> tuple[int, int, int]:
    """Returns left, width and area of the part of the garment that a point lies on: one of two pieces has its own middle."""
    import cv2

    _, labels, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=8)
    part = int(labels[y, x]) or int(stats[1:, cv2.CC_STAT_AREA].argmax()) + 1
    return int(stats[part, cv2.CC_STAT_LEFT]), int(stats[part, cv2.CC_STAT_WIDTH]), int(stats[part, cv2.CC_STAT_AREA])
