"""Outlines in garment units: x to the right, y downwards, the wearer's middle at x = 0. A unit is about half the picture's height."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]  # (n, 2)
Knot = Sequence[float]  # (x, y) is on the line; (x, y, 1) pulls the line towards itself


def curve(*knots: Knot, steps: int = 12) -> Points:
    """Polyline through the knots; knots with a third value are Bezier controls between their neighbours."""
    line: list[Sequence[float]] = [knots[0][:2]]
    controls: list[Sequence[float]] = []
    for knot in knots[1:]:
        if len(knot) == 3:
            controls.append(knot[:2])
            continue
        line.extend(_bezier([line[-1], *controls, knot], steps) if controls else [knot])
        controls = []
    return np.array(line, dtype=np.float64)


def _bezier(knots: Sequence[Sequence[float]], steps: int) -> Iterable[Sequence[float]]:
    points = np.asarray(knots, dtype=np.float64)[:, None, :]
    t = np.linspace(0, 1, steps)[1:, None]
    while len(points) > 1:
        points = points[:-1] * (1 - t) + points[1:] * t
    return [tuple(point) for point in points[0]]


def spline(points: Sequence[Sequence[float]] | Points, closed: bool = True, steps: int = 6) -> Points:
    """Smooth line (Catmull-Rom) through all points."""
    p = np.asarray(points, dtype=np.float64)
    before, after = (p[-1:], p[:2]) if closed else (p[:1], p[-1:])
    p = np.concatenate([before, p, after])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None, None]
    a, b, c, d = p[:-3], p[1:-2], p[2:-1], p[3:]
    q = b + t / 2 * (c - a) + t**2 * (a - 2.5 * b + 2 * c - d / 2) + t**3 * (1.5 * (b - c) + (d - a) / 2)
    line: Points = q.transpose(1, 0, 2).reshape(-1, 2)
    return line if closed else np.concatenate([line, p[-2:-1]])


def mirrored(points: Points) -> Points:
    """The same outline on the other side of the wearer."""
    return sided(points, -1)


def sided(points: Points, side: int) -> Points:
    """The outline as it is for side 1, mirrored for side -1."""
    turned: Points = points * np.array([float(side), 1.0])
    return turned


def moved(points: Points, dx: float, dy: float) -> Points:
    """The outline (or the point) elsewhere."""
    result: Points = points + np.array([dx, dy])
    return result


def symmetric(half: Points) -> Points:
    """Closed outline from a right half that begins and ends in the middle."""
    return np.concatenate([half, mirrored(half)[::-1]])


def across(half: Points) -> Points:
    """Open line from the right end over the middle to the left end; `half` begins in the middle."""
    return np.concatenate([half[::-1], mirrored(half)[1:]])


def normals(line: Points) -> Points:
    """Unit normals, to the right hand of the direction of travel as seen on the picture."""
    tangent = np.gradient(line, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True) + 1e-9
    return np.column_stack([-tangent[:, 1], tangent[:, 0]])


def offset(line: Points, distance: float) -> Points:
    """Parallel line."""
    moved: Points = line + normals(line) * distance
    return moved


def ribbon(line: Points, width: float | NDArray[np.float64]) -> Points:
    """Closed outline of a strip around a line; `width` may be given per point."""
    side = normals(line) * (np.asarray(width, dtype=np.float64).reshape(-1, 1) / 2)
    return np.concatenate([line + side, (line - side)[::-1]])


def along(line: Points, fractions: NDArray[np.float64] | Sequence[float]) -> Points:
    """Points at fractions (0..1) of the line's length."""
    travelled = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    at = np.asarray(fractions, dtype=np.float64) * travelled[-1]
    return np.column_stack([np.interp(at, travelled, line[:, 0]), np.interp(at, travelled, line[:, 1])])


def rotated(points: Points, angle: float, pivot: Sequence[float] = (0.0, 0.0)) -> Points:
    """Turned clockwise (as seen) by `angle` radians about the pivot."""
    c, s = np.cos(angle), np.sin(angle)
    turned: Points = (points - np.asarray(pivot)) @ np.array([[c, s], [-s, c]]) + np.asarray(pivot)
    return turned


def ellipse(x: float, y: float, rx: float, ry: float, steps: int = 40) -> Points:
    """Closed outline of an upright ellipse."""
    t = np.linspace(0, 2 * np.pi, steps, endpoint=False)
    return np.column_stack([x + rx * np.cos(t), y + ry * np.sin(t)])


def wavy(line: Points, height: float, waves: float, phase: float = 0.0) -> Points:
    """The line with waves across it, as the edge of a ruffle."""
    fine = along(line, np.linspace(0, 1, max(24, int(waves * 10))))
    t = np.linspace(0, 1, len(fine))
    bent: Points = fine + normals(fine) * (height * np.sin(2 * np.pi * waves * t + phase))[:, None]
    return bent


def extent(outlines: Iterable[Points]) -> tuple[Points, Points]:
    """Lowest and highest coordinates over all outlines."""
    every = np.concatenate(list(outlines))
    return every.min(axis=0), every.max(axis=0)
