"""Planted defects: what a judge of pictures must find. Each takes a picture (height, width, 3) of bytes and returns a damaged copy."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from nkd_pipeline.execution.judge_bench.damage import blurred, gradient_background, moved, shaded_background, with_second_object

Damage = Callable[[np.ndarray], np.ndarray]


def busy_background(image: np.ndarray) -> np.ndarray:
    """Lays a wallpaper of diagonal stripes behind the garment."""
    y, x = np.mgrid[0 : image.shape[0], 0 : image.shape[1]]
    return shaded_background(image, np.where((x + y) // 24 % 2 == 0, 0.75, 1.0))


DEFECTS: dict[str, tuple[str, Damage]] = {
    "grey background": ("background_isolation", partial(shaded_background, light=0.72)),
    "tinted background": ("background_isolation", partial(shaded_background, light=1.0, tint=(0.8, 0.92, 1.0))),
    "gradient background": ("background_isolation", gradient_background),
    "busy background": ("background_isolation", busy_background),
    "second object": ("background_isolation", with_second_object),
    "tilt 12": ("pose_framing", partial(moved, turn=-12, scale=0.85)),
    "tilt 6": ("pose_framing", partial(moved, turn=6, scale=0.9)),
    "cropped": ("pose_framing", partial(moved, scale=1.45)),
    "cropped at a side": ("pose_framing", partial(moved, across=0.3)),
    "off centre": ("pose_framing", partial(moved, across=0.10, down=-0.08, scale=0.7)),
    "too small": ("pose_framing", partial(moved, scale=0.45)),
    "blurred": ("realism", partial(blurred, share=0.005)),
}
UPRIGHT_ONLY = ("tilt 12", "tilt 6")
