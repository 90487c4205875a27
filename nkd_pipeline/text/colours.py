"""Named garment colours with their CIELAB values, and the distance CIEDE2000 between colours.

The names and values stand in `vocabulary/colour_values.csv`. Every part that speaks of a colour (prompts, sketches, judges) reads them from here, so
that "navy" is one colour everywhere.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

TABLE = Path(__file__).parent / "vocabulary" / "colour_values.csv"
_HEX = re.compile(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})")
# linear sRGB -> XYZ, each row divided by the D65 white point, so that white is (1, 1, 1)
_TO_XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]])
_TO_XYZ = _TO_XYZ / _TO_XYZ.sum(axis=1, keepdims=True)
_SMALL = 4096  # pixels; beyond that OpenCV is three times as fast as numpy, and within 0.3 of it


@dataclass(frozen=True, slots=True)
class Colour:
    """A named colour: `hex` as "#rrggbb", `rgb` 0..255 in sRGB, `lab` CIELAB under D65."""

    name: str
    hex: str
    rgb: tuple[int, int, int]
    lab: tuple[float, float, float]


@cache
def named_colours() -> Mapping[str, Colour]:
    """Returns all colours of the vocabulary by their English name; "multicolour" is none."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return MappingProxyType(
        {row["english"]: Colour(row["english"], row["hex"], _rgb(row["hex"]), (float(row["l"]), float(row["a"]), float(row["b"]))) for row in rows}
    )


@cache
def find(name: str) -> Colour | None:
    """Returns the colour that a phrase means, or None.

    Exact names come first, then the longest known name at the end of the phrase ("very dark blue" is "dark blue"), then the longest anywhere
    ("blue melange" is "blue").
    """
    table = named_colours()
    words = _canonical(name).split()
    for size in range(len(words), 0, -1):
        starts = range(len(words) - size, -1, -1)  # from the end: English puts the modifier first
        for start in starts:
            colour = table.get(" ".join(words[start : start + size]))
            if colour is not None:
                return colour
    return None


def nearest(lab: tuple[float, float, float] | npt.ArrayLike) -> str:
    """Returns the name of the vocabulary's colour nearest to a CIELAB value by CIEDE2000."""
    names, labs = _matrix()
    return names[int(delta_e2000(labs, np.asarray(lab, dtype=np.float64)).argmin())]


def nearest_hex(code: str, table: Path | str | None = None) -> str:
    """Returns the nearest colour name of "#1a2b3c" or "#123"; `table` is a customer's CSV with the columns name and hex, used instead of ours.

    Raises ValueError when the code is no hex colour or the table cannot be used.
    """
    lab = rgb_to_lab(np.array([_rgb(code)], dtype=np.uint8))[0]
    if table is None:
        return nearest(lab)
    names, labs = _customer_matrix(Path(table))
    return names[int(delta_e2000(labs, lab).argmin())]


def rgb_to_lab(rgb: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Converts sRGB bytes of any shape (..., 3) to CIELAB under D65, L 0..100, as float32 of the same shape."""
    if rgb.dtype != np.uint8 or rgb.shape[-1:] != (3,):
        raise ValueError(f"rgb_to_lab needs uint8 of shape (..., 3), got {rgb.dtype} of shape {rgb.shape}; convert the picture to RGB bytes first")
    if rgb.size > 3 * _SMALL:
        import cv2

        flat = np.ascontiguousarray(rgb).reshape(-1, 1, 3).astype(np.float32) / np.float32(255)
        return np.asarray(cv2.cvtColor(flat, cv2.COLOR_RGB2LAB), dtype=np.float32).reshape(rgb.shape)
    scaled = rgb.astype(np.float64) / 255
    linear = np.where(scaled <= 0.04045, scaled / 12.92, ((scaled + 0.055) / 1.055) ** 2.4)
    xyz = linear @ _TO_XYZ.T
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz * (29 / 6) ** 2 / 3 + 4 / 29)
    lab = np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1)
    return lab.astype(np.float32)


def delta_e2000(first: npt.ArrayLike, second: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Returns the CIEDE2000 distance of CIELAB colours; both arguments have shape (..., 3) and broadcast against each other.

    About 1 is just visible, 5 is another shade, 20 another colour. The names follow the steps of Sharma, Wu and Dalal (2005).
    """
    one, two = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    l1, a1, b1 = one[..., 0], one[..., 1], one[..., 2]
    l2, a2, b2 = two[..., 0], two[..., 1], two[..., 2]
    chroma = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    stretch = 1.5 - 0.5 * np.sqrt(_high(chroma))
    a1, a2 = a1 * stretch, a2 * stretch
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    hue_step = np.where(c1 * c2 == 0, 0.0, (h2 - h1 + 180) % 360 - 180)
    hue_distance = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(hue_step / 2))
    hue_sum = h1 + h2
    around = np.where(hue_sum < 360, hue_sum + 360, hue_sum - 360) / 2
    hue = np.where(c1 * c2 == 0, hue_sum, np.where(np.abs(h1 - h2) <= 180, hue_sum / 2, around))
    light, strong = (l1 + l2) / 2, (c1 + c2) / 2
    scale_h = 1 + 0.015 * strong * _hue_weight(hue)
    scale_l = 1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2)
    rotation = -2 * np.sqrt(_high(strong)) * np.sin(np.radians(60 * np.exp(-(((hue - 275) / 25) ** 2))))
    dl, dc, dh = (l2 - l1) / scale_l, (c2 - c1) / (1 + 0.045 * strong), hue_distance / scale_h
    distance: npt.NDArray[np.float64] = np.sqrt(np.maximum(dl**2 + dc**2 + dh**2 + rotation * dc * dh, 0))
    return distance


def _high(chroma: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    power = chroma**7
    return np.asarray(power / (power + 25.0**7))


def _hue_weight(hue: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    def wave(factor: float, shift: float) -> npt.NDArray[np.float64]:
        return np.asarray(np.cos(np.radians(factor * hue + shift)))

    weight: npt.NDArray[np.float64] = 1 - 0.17 * wave(1, -30) + 0.24 * wave(2, 0) + 0.32 * wave(3, 6) - 0.20 * wave(4, -63)
    return weight


def _canonical(name: str) -> str:
    text = re.sub(r"[^a-z-]+", " ", name.casefold())
    return re.sub(r"\bgray\b", "grey", text).strip()


def _rgb(code: str) -> tuple[int, int, int]:
    match = _HEX.fullmatch(code.strip())
    if match is None:
        raise ValueError(f'"{code}" is no hex colour; write it as #rrggbb')
    digits = match[1] if len(match[1]) == 6 else "".join(digit * 2 for digit in match[1])
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


@cache
def _matrix() -> tuple[tuple[str, ...], npt.NDArray[np.float64]]:
    table = named_colours()
    return tuple(table), np.array([colour.lab for colour in table.values()])


@cache
def _customer_matrix(path: Path) -> tuple[tuple[str, ...], npt.NDArray[np.float64]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows or not {"name", "hex"} <= set(rows[0]):
        raise ValueError(f"{path}: no colours found; the table needs a header with the columns name and hex, and at least one row")
    try:
        rgb = np.array([_rgb(row["hex"] or "") for row in rows], dtype=np.uint8)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    return tuple(row["name"] for row in rows), rgb_to_lab(rgb).astype(np.float64)
