"""Garments are nearly their own mirror images: where one side of an outline fades into the background, the other side tells how it goes on."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from nkd_pipeline.rubric.pixel_checks.picture import Bytes, Floats

_CANVAS = 128  # pixels a side of the edge picture in which the axis is looked for
_TILTS = (-12, -9, -6, -4, -2, -1, 0, 1, 2, 4, 6, 9, 12)  # degrees
_LIKE = 0.45  # correlation of the edges with their mirror image from which there is an axis
_SLIVER = 5  # pixels: what the mirror image adds along an outline is no missing part

Matrix = npt.NDArray[np.float64]


def find_axis(edges: Floats) -> Matrix | None:
    """Returns the 2 x 3 matrix that maps the picture on its mirror image, or None when no axis fits."""
    import cv2

    weight = float(edges.sum())
    if weight <= 0:
        return None
    height, width = edges.shape
    x, y = float(edges.sum(axis=0) @ np.arange(width)) / weight, float(edges.sum(axis=1) @ np.arange(height)) / weight
    blurred = cv2.GaussianBlur(edges, (0, 0), 1.5)
    best: tuple[float, Matrix, float] | None = None
    for tilt in _TILTS:
        place = cv2.getRotationMatrix2D((x, y), tilt, _CANVAS / max(height, width) / 1.2)
        place[:, 2] += np.array([_CANVAS / 2 - x, _CANVAS / 2 - y])
        turned = cv2.warpAffine(blurred, place, (_CANVAS, _CANVAS), flags=cv2.INTER_LINEAR)
        lines = np.fft.rfft(turned, 2 * _CANVAS, axis=1)
        alike = np.fft.irfft((lines * lines).sum(axis=0))  # of the rows with themselves reversed, for every axis
        shift = int(alike.argmax())
        likeness = float(alike[shift] / max(1e-6, float((turned * turned).sum()))) - 0.002 * abs(tilt)
        if best is None or likeness > best[0]:
            best = likeness, np.vstack([place, [0, 0, 1]]), float(shift)
    if best is None or best[0] < _LIKE:
        return None
    flip = np.array([[-1.0, 0, best[2]], [0, 1, 0], [0, 0, 1]])
    return np.asarray((np.linalg.inv(best[1]) @ flip @ best[1])[:2], dtype=np.float64)


def completed(mask: Bytes, axis: Matrix, pale: Bytes) -> Bytes:
    """Returns the mask 0/1 with the parts that only its mirror image has, as far as they are pale (0/1) there: only those can fade."""
    import cv2

    mirrored = np.asarray(cv2.warpAffine(mask & pale, axis, mask.shape[::-1], flags=cv2.INTER_NEAREST), dtype=np.uint8)
    missing = cv2.morphologyEx(mirrored & (1 - mask), cv2.MORPH_OPEN, np.ones((_SLIVER, _SLIVER), dtype=np.uint8))
    return np.asarray(cv2.morphologyEx(mask | np.asarray(missing, dtype=np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), dtype=np.uint8)), dtype=np.uint8)
