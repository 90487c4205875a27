"""Small colour arithmetic on 0..255 RGB."""

from __future__ import annotations

import numpy as np

from nkd_pipeline.sketch.canvas import Colours, Plane
from nkd_pipeline.sketch.spec import RGB


def luminance(rgb: RGB) -> float:
    """Perceived brightness 0..255."""
    return 0.30 * rgb[0] + 0.59 * rgb[1] + 0.11 * rgb[2]


def mixed(a: RGB, b: RGB, share: float) -> RGB:
    """`share` 0 gives a, 1 gives b."""
    return (round(a[0] + (b[0] - a[0]) * share), round(a[1] + (b[1] - a[1]) * share), round(a[2] + (b[2] - a[2]) * share))


def shaded(rgb: RGB, factor: float) -> RGB:
    """Darker below 1, lighter towards white above."""
    return mixed((0, 0, 0), rgb, factor) if factor <= 1 else mixed(rgb, (255, 255, 255), min(1.0, factor - 1))


def distance(a: RGB, b: RGB) -> float:
    """How different two colours look, 0..765; below about 150 a print is hard to see."""
    mean = (a[0] + b[0]) / 2
    red, green, blue = a[0] - b[0], a[1] - b[1], a[2] - b[2]
    return float(np.sqrt((2 + mean / 256) * red**2 + 4 * green**2 + (2 + (255 - mean) / 256) * blue**2))


def contrast_to(rgb: RGB) -> RGB:
    """Off-white on dark cloth, near-black on light cloth."""
    return (244, 242, 236) if luminance(rgb) < 140 else (40, 40, 46)


def on(rgb: RGB, wanted: RGB) -> RGB:
    """The wanted colour, or one that stands out when it would vanish on the cloth."""
    return wanted if distance(rgb, wanted) > 150 else contrast_to(rgb)


def grey_of_lightness(lightness: float) -> float:
    """8-bit grey level of a CIELAB lightness."""
    f = (lightness + 16) / 116
    linear = f**3 if f > 6 / 29 else 3 * (6 / 29) ** 2 * (f - 4 / 29)
    return float(255 * (1.055 * linear ** (1 / 2.4) - 0.055 if linear > 0.0031308 else 12.92 * linear))


def blend(pixels: Colours, coverage: Plane, rgb: RGB) -> None:
    """Paints one colour over pixels, in place."""
    pixels += (np.array(rgb, np.float32) - pixels) * coverage[..., None]
