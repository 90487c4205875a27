"""Light: how a height field made of borders, folds and unevenness brightens and darkens cloth, and the shadows garments throw."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from nkd_pipeline.sketch.canvas import Box, Canvas, Plane
from nkd_pipeline.sketch.drawing import Fold, Relief

LIGHT = (-0.5, -0.8)  # from the upper left, as studio lamps stand
RELIEF_SHRINK = 0.5  # relief is smooth: half the resolution is enough and four times as fast
FOLD_SHRINK = 0.25
FORM_DEPTH = 0.3  # units from the border at which a body no longer rounds off


def lightness(canvas: Canvas, relief: Relief, box: Box, rng: np.random.Generator) -> Plane:
    """Light on the relief inside the box: 0 where cloth lies flat, about -0.3 in creases to 0.2 on ridges."""
    shrink = RELIEF_SHRINK if min(box.width, box.height) > 60 else 1.0
    unit = canvas.unit * shrink
    mask = canvas.mask(relief.outlines, box, shrink)
    padded = cv2.copyMakeBorder((mask > 0.5).astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    depth: Plane = cv2.distanceTransform(padded, cv2.DIST_L2, 3)[1:-1, 1:-1] * np.float32(1 / unit)
    depth = cv2.GaussianBlur(depth, (0, 0), max(0.5, 0.006 * unit))
    height = relief.edge * relief.bulge * (1 - np.exp(depth * np.float32(-1 / relief.edge)))
    if relief.form:
        height += _form(depth, relief.form)
    height += _field(canvas, relief, box, mask.shape, rng)
    slope = unit / 8  # Sobel kernels sum to 8
    along_x = cv2.Sobel(height, cv2.CV_32F, 1, 0, ksize=3)
    along_y = cv2.Sobel(height, cv2.CV_32F, 0, 1, ksize=3)
    light = cv2.addWeighted(along_x, -LIGHT[0] * slope, along_y, -LIGHT[1] * slope, 0)
    light = np.clip(light, -0.8, 0.6) * np.float32(0.36) - np.float32(0.15) * np.exp(depth * np.float32(-1 / 0.006))
    return np.asarray(cv2.resize(light, (box.width, box.height), interpolation=cv2.INTER_LINEAR), dtype=np.float32)


def _form(depth: Plane, form: float) -> Plane:
    """The slow rounding of a filled body towards its sides."""
    small = cv2.resize(depth, (max(1, depth.shape[1] // 4), max(1, depth.shape[0] // 4)), interpolation=cv2.INTER_AREA)
    near = np.clip(1 - small / FORM_DEPTH, 0, 1)
    soft = cv2.GaussianBlur(-form * 0.09 * near * near, (0, 0), max(0.5, min(small.shape) * 0.03))
    return np.asarray(cv2.resize(soft, depth.shape[::-1], interpolation=cv2.INTER_CUBIC), dtype=np.float32)


def _field(canvas: Canvas, relief: Relief, box: Box, shape: tuple[int, ...], rng: np.random.Generator) -> Plane:
    """Folds and unevenness, computed small and enlarged."""
    step = max(1, round(1 / FOLD_SHRINK)) if min(box.width, box.height) > 60 else 1
    rows, columns = max(2, box.height // step), max(2, box.width // step)
    inverse = np.linalg.inv(canvas.to_pixels[:, :2])
    x = box.left + (np.arange(columns, dtype=np.float32) + 0.5) * (box.width / columns) - canvas.to_pixels[0, 2]
    y = box.top + (np.arange(rows, dtype=np.float32) + 0.5) * (box.height / rows) - canvas.to_pixels[1, 2]
    u = (inverse[0, 0] * x[None, :] + inverse[0, 1] * y[:, None]).astype(np.float32)
    v = (inverse[1, 0] * x[None, :] + inverse[1, 1] * y[:, None]).astype(np.float32)
    field = _uneven(rows, columns, canvas.unit / step, relief.crumple, rng)
    for fold in relief.folds:
        _add_fold(field, u, v, fold)
    return np.asarray(cv2.resize(field, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC), dtype=np.float32)


def _uneven(rows: int, columns: int, unit: float, amount: float, rng: np.random.Generator) -> Plane:
    """Two octaves of smooth noise, bumps about .3 and .12 units wide."""
    field = np.zeros((rows, columns), np.float32)
    for width, height in ((0.30, 0.016), (0.12, 0.0045)):
        grid = (max(4, int(rows / (width * unit)) + 3), max(4, int(columns / (width * unit)) + 3))
        noise = rng.standard_normal(grid, dtype=np.float32) * np.float32(amount * height)
        field += cv2.resize(noise, (columns, rows), interpolation=cv2.INTER_CUBIC)
    return field


def _add_fold(field: Plane, u: Plane, v: Plane, fold: Fold) -> None:
    """Adds one ridge: strongest near its beginning, bent a little, fading out at its end."""
    ax, ay, bx, by, width, height = fold
    reach = 3 * width
    (row_from, row_to), (column_from, column_to) = _span(v[:, 0], ay, by, reach), _span(u[0], ax, bx, reach)
    window = slice(row_from, row_to), slice(column_from, column_to)
    if row_from >= row_to or column_from >= column_to:
        return
    dx, dy = bx - ax, by - ay
    length = float(np.hypot(dx, dy)) + 1e-6
    du, dv = u[window] - np.float32(ax), v[window] - np.float32(ay)
    t = (du * np.float32(dx) + dv * np.float32(dy)) / np.float32(length**2)
    away = (du * np.float32(dy) - dv * np.float32(dx)) / np.float32(length) + np.float32(0.3 * width) * np.sin(5 * t + np.float32(9 * ax))
    strength = np.clip(4 * t + 0.15, 0, 1) * np.clip((1.1 - t) * 1.5, 0, 1)
    field[window] += np.float32(height) * np.exp(-((away / np.float32(width)) ** 2)) * strength


def _span(axis: NDArray[np.float32], a: float, b: float, reach: float) -> tuple[int, int]:
    # the turn of the picture is small, so each axis of the coordinate fields is nearly sorted
    low, high = np.searchsorted(axis, [min(a, b) - reach, max(a, b) + reach])
    return int(low), int(high)


def contact_shadow(canvas: Canvas, mask: Plane, box: Box, strength: float) -> None:
    """The shadow of a part on parts below it, thrown to the lower right."""
    step = 3 if min(box.width, box.height) > 90 else 1
    unit = canvas.unit / step
    small = cv2.resize(mask, (max(1, box.width // step), max(1, box.height // step)), interpolation=cv2.INTER_AREA)
    moved = cv2.warpAffine(small, np.array([[1, 0, 0.006 * unit], [0, 1, 0.012 * unit]], np.float32), small.shape[::-1])
    soft = cv2.GaussianBlur(moved, (0, 0), max(0.4, 0.016 * unit))
    full = cv2.resize(soft, (box.width, box.height), interpolation=cv2.INTER_LINEAR)
    canvas.dim(box, full * canvas.covered[box.window] * np.float32(0.55 * strength))


def drop_shadow(canvas: Canvas, strength: float = 1.0) -> None:
    """The soft shadow on the background that tells where the garment ends, also when both are white."""
    step = 4 if canvas.size > 300 else 1
    # small things are enlarged to fill the picture; their shadow must not grow with them
    unit, size = min(canvas.unit, 0.45 * canvas.size) / step, max(1, canvas.size // step)
    small = cv2.resize(canvas.covered, (size, size), interpolation=cv2.INTER_AREA)
    shadow: Plane = np.zeros((size, size), np.float32)
    for dx, dy, blur, amount in ((0.012, 0.03, 0.035, 0.17), (0.004, 0.008, 0.010, 0.20)):
        moved = cv2.warpAffine(small, np.array([[1, 0, dx * unit], [0, 1, dy * unit]], np.float32), (size, size))
        shadow += np.float32(amount * strength) * cv2.GaussianBlur(moved, (0, 0), max(0.4, blur * unit))
    full = cv2.resize(shadow, (canvas.size, canvas.size), interpolation=cv2.INTER_LINEAR)
    everything = Box(0, 0, canvas.size, canvas.size)
    canvas.dim(everything, (1 - canvas.covered) * full)
