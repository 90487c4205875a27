"""Structural similarity (SSIM) of two pictures, and of two garments wherever they lie in theirs.

Source: Z. Wang, A. C. Bovik, H. R. Sheikh, E. P. Simoncelli, "Image Quality Assessment: From Error Visibility to Structural Similarity",
IEEE Transactions on Image Processing 13 (4), 2004: equation 13, with the window and the constants of section III.B and III.C.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from nkd_pipeline.rubric.pixel_checks.background import fit_background
from nkd_pipeline.rubric.pixel_checks.foreground import find_garment
from nkd_pipeline.rubric.pixel_checks.picture import Bytes, Mask, Picture, read_picture
from nkd_pipeline.stage import RowError

METHOD = "1"  # goes up when the same two files would give another value
WINDOW, SIGMA = 11, 1.5  # pixels
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
# the paper's authors advise to shrink pictures until their shorter side has about 256 pixels: finer structure is not seen at viewing distance
CANVAS = 256
_MARGIN = WINDOW // 2  # pixels around the garment, so that every window on its outline lies within the canvas

Reals = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Placed:
    """A garment on the common canvas: `grey` CANVAS x CANVAS luminance 0..255, white where `mask` says that nothing of it is."""

    grey: Bytes
    mask: Mask


def ssim(first: npt.ArrayLike, second: npt.ArrayLike, where: Mask | None = None) -> float:
    """Mean SSIM of two greyscale pictures of the same size, -1..1, 1 for equal ones.

    Values are 0..255. `where` restricts the mean to the windows centred on its pixels. Raises ValueError when the sizes differ, when a side is
    shorter than the window of 11 pixels, or when `where` selects none.
    """
    one, other = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if one.shape != other.shape or one.ndim != 2 or min(one.shape) < WINDOW:
        raise ValueError(f"SSIM compares two greyscale pictures of one size, {WINDOW} pixels a side at least, not {one.shape} and {other.shape}")
    similar = _map(one, other)
    if where is None:
        return float(similar.mean())
    chosen = similar[_inner(where)]
    if not chosen.size:
        raise ValueError("no window is centred on the selected pixels")
    return float(chosen.mean())


def garment_ssim(picture: Path, photo: Path) -> float:
    """SSIM of the garments in two picture files, -1..1, over the area that either of them covers.

    Each garment is cut out, scaled to the common canvas with its proportions kept, and put on white: neither position nor size nor background
    counts, and the white that both share does not raise the value. Raises RowError "unreadable_image" or "no_garment" with the file's name.
    """
    one, other = _placed(picture), _placed(photo)
    return ssim(one.grey, other.grey, one.mask | other.mask)


def _map(one: Reals, other: Reals) -> Reals:
    """SSIM of each window that lies wholly within the pictures."""
    mean, mean_other = _blurred(one), _blurred(other)
    square, square_other, product = mean * mean, mean_other * mean_other, mean * mean_other
    variances = _blurred(one * one) - square + _blurred(other * other) - square_other
    covariance = _blurred(one * other) - product
    return np.asarray(((2 * product + _C1) * (2 * covariance + _C2)) / ((square + square_other + _C1) * (variances + _C2)), dtype=np.float64)


def _blurred(values: Reals) -> Reals:
    import cv2

    return _inner(np.asarray(cv2.GaussianBlur(values, (WINDOW, WINDOW), SIGMA), dtype=np.float64))


def _inner(values: npt.NDArray) -> npt.NDArray:  # type: ignore[type-arg]
    return values[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN]


def _placed(file: Path) -> Placed:
    """Finds the garment of a picture file and puts it on the canvas."""
    try:
        picture = read_picture(file)
    except RowError as error:
        # the table names the file, not the folder on this machine
        raise RowError(error.kind, str(error).replace(str(file), file.name)) from error
    found = find_garment(picture, fit_background(picture))
    if found is None:
        raise RowError("no_garment", f"{file.name}: no garment stands out from the background. Deliver a photo on a plain background.")
    return place(picture, found.mask)


def place(picture: Picture, mask: Mask) -> Placed:
    """Puts the garment under `mask` (of the small picture's size) on the canvas: centred, its longer side as long as the canvas allows."""
    import cv2

    full = np.asarray(cv2.resize(mask.astype(np.uint8), (picture.width, picture.height), interpolation=cv2.INTER_LINEAR)) > 0
    rows, columns = np.flatnonzero(full.any(axis=1)), np.flatnonzero(full.any(axis=0))
    box = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
    cut, inside = picture.grey[box], full[box].astype(np.float32)
    scale = (CANVAS - 2 * _MARGIN) / max(cut.shape)
    size = (max(1, round(cut.shape[1] * scale)), max(1, round(cut.shape[0] * scale)))
    shrink = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small, share = cv2.resize(cut, size, interpolation=shrink).astype(np.float32), cv2.resize(inside, size, interpolation=shrink)
    top, left = (CANVAS - size[1]) // 2, (CANVAS - size[0]) // 2
    there = (slice(top, top + size[1]), slice(left, left + size[0]))
    grey, covered = np.full((CANVAS, CANVAS), 255, dtype=np.uint8), np.zeros((CANVAS, CANVAS), dtype=np.bool_)
    grey[there] = np.rint(share * small + (1 - share) * 255).astype(np.uint8)
    covered[there] = share > 0.5
    return Placed(grey, covered)
