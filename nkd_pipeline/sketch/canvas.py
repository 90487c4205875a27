"""The picture being painted: pixels, what is already covered, and the way from garment units to pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from nkd_pipeline.sketch.geometry import Points

# arithmetic of numpy and OpenCV widens the static type of float32 arrays, hence Any
Plane = NDArray[Any]  # float32, (height, width)
Colours = NDArray[Any]  # float32, (height, width, 3), 0..255
SUBPIXEL_BITS = 4


@dataclass(frozen=True, slots=True)
class Placement:
    """How garment units become pixels: scale in pixels per unit, turn in radians, position of the garment's middle."""

    scale: float
    turn: float
    centre: tuple[float, float]  # garment units that come to lie in the middle of the picture


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of pixels, right and bottom excluded."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def window(self) -> tuple[slice, slice]:
        return slice(self.top, self.bottom), slice(self.left, self.right)


def tripled(plane: Plane) -> Colours:
    """One plane for each colour channel; much faster than numpy's broadcasting along the last axis."""
    merged: Colours = cv2.merge((plane, plane, plane))
    return merged


class Canvas:
    """RGB picture in float32 with the coverage of what was painted on the background."""

    def __init__(self, size: int, placement: Placement, background: tuple[float, float, float]) -> None:
        self.size, self.unit = size, placement.scale
        c, s = np.cos(placement.turn) * placement.scale, np.sin(placement.turn) * placement.scale
        turn = np.array([[c, -s], [s, c]])
        shift = size / 2 - turn @ np.asarray(placement.centre)
        self.to_pixels = np.column_stack([turn, shift])
        self.picture: Colours = np.empty((size, size, 3), np.float32)
        self.picture[:] = background
        self.covered: Plane = np.zeros((size, size), np.float32)

    def pixels(self, points: Points) -> Points:
        """Garment units to pixels."""
        mapped: Points = points @ self.to_pixels[:, :2].T + self.to_pixels[:, 2]
        return mapped

    def box(self, outlines: Sequence[Points], pad: float = 0.0) -> Box:
        """Pixels that the outlines touch, `pad` units wider on each side, at least one pixel large and inside the picture."""
        every = self.pixels(np.concatenate(outlines))
        grow = pad * self.unit + 1
        left, top = np.clip(np.floor(every.min(axis=0) - grow), 0, self.size - 1).astype(int)
        right, bottom = np.clip(np.ceil(every.max(axis=0) + grow), 1, self.size).astype(int)
        return Box(int(left), int(top), max(int(right), int(left) + 1), max(int(bottom), int(top) + 1))

    def fixed(self, points: Points, box: Box, shrink: float = 1.0) -> NDArray[np.int32]:
        """Pixels relative to the box in OpenCV's fixed-point format; `shrink` for a smaller copy of the box."""
        # OpenCV counts from pixel centres
        relative = (self.pixels(points) - (box.left, box.top)) * shrink - 0.5
        return np.round(relative * (1 << SUBPIXEL_BITS)).astype(np.int32)

    def mask(self, outlines: Sequence[Points], box: Box, shrink: float = 1.0) -> Plane:
        """Coverage 0..1 of the union of the outlines inside the box."""
        shape = (max(1, round(box.height * shrink)), max(1, round(box.width * shrink)))
        mask = np.zeros(shape, np.uint8)
        for outline in outlines:
            cv2.fillPoly(mask, [self.fixed(outline, box, shrink)], 255, cv2.LINE_AA, SUBPIXEL_BITS)
        return mask.astype(np.float32) * np.float32(1 / 255)

    def stroke(self, lines: Sequence[Points], box: Box, width: float) -> Plane:
        """Coverage 0..1 of lines `width` units wide; lines thinner than a pixel become fainter instead."""
        mask = np.zeros((box.height, box.width), np.uint8)
        thickness = width * self.unit
        cv2.polylines(mask, [self.fixed(line, box) for line in lines], False, 255, max(1, round(thickness)), cv2.LINE_AA, SUBPIXEL_BITS)
        return mask.astype(np.float32) * np.float32(min(1.0, thickness) / 255)

    def lay(self, box: Box, colours: Colours | tuple[float, float, float], coverage: Plane) -> None:
        """Paints colours over the box where it is covered."""
        region = self.picture[box.window]
        cover = tripled(coverage)
        if isinstance(colours, tuple):
            region += (np.array(colours, np.float32) - region) * cover
        else:
            region += cv2.multiply(cv2.subtract(colours, region), cover)

    def dim(self, box: Box, amount: Plane) -> None:
        """Darkens the box by an amount 0..1 per pixel."""
        region = self.picture[box.window]
        cv2.multiply(region, tripled(1 - amount), dst=region)

    def cover(self, box: Box, coverage: Plane) -> None:
        """Remembers that something lies there now."""
        region = self.covered[box.window]
        np.maximum(region, coverage, out=region)

    def finished(self) -> NDArray[np.uint8]:
        """The picture as 8-bit RGB."""
        return np.asarray(cv2.convertScaleAbs(np.clip(self.picture, 0, 255)), dtype=np.uint8)
