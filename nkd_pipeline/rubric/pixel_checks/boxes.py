"""Where in the picture something was seen: boxes as left, top, right, bottom in shares 0..1 of its sides."""

from __future__ import annotations

import numpy as np

from nkd_pipeline.rubric.pixel_checks.picture import Mask

Box = tuple[float, ...]  # four numbers, or none where there is no place
_DEPTH = 0.04  # share of the side: how far a box at the picture's border reaches into it


def boxed(left: float, top: float, right: float, bottom: float, shape: tuple[int, ...]) -> Box:
    """Returns the box of the pixels from `left` and `top` up to, and not with, `right` and `bottom`; `shape` is the picture's height and width."""
    height, width = shape[:2]
    return tuple(round(float(share), 4) for share in (left / width, top / height, right / width, bottom / height))


def around(mask: Mask) -> Box:
    """Returns the box around a mask; () for an empty one."""
    import cv2

    left, top, wide, high = cv2.boundingRect(mask.astype(np.uint8))
    return boxed(left, top, left + wide, top + high, mask.shape) if wide else ()


def cut_off(mask: Mask) -> Box:
    """Returns the stretch of the picture's border that a mask covers, of the side where it covers most; () where it reaches none."""
    height, width = mask.shape
    sides = {"top": mask[0], "bottom": mask[-1], "left": mask[:, 0], "right": mask[:, -1]}
    side = max(sides, key=lambda name: int(sides[name].sum()))
    covered = np.flatnonzero(sides[side])
    if not len(covered):
        return ()
    first, last = int(covered[0]), int(covered[-1]) + 1
    if side in ("top", "bottom"):
        deep = _DEPTH * height
        return boxed(first, 0, last, deep, mask.shape) if side == "top" else boxed(first, height - deep, last, height, mask.shape)
    deep = _DEPTH * width
    return boxed(0, first, deep, last, mask.shape) if side == "left" else boxed(width - deep, first, width, last, mask.shape)
