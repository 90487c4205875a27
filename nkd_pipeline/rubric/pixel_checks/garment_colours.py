"""Which colours the garment has, how near they come to the stated ones, and how much of it is another colour than its main one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nkd_pipeline.rubric.pixel_checks.picture import Bytes, Floats, Mask, Picture
from nkd_pipeline.text.colours import delta_e2000, find, nearest

_RIM = 9  # pixels of the small picture: outlines, and the shadow beside them, are no garment colour
_SAMPLE = 2000  # pixels that are looked at
_CLUSTERS, _ROUNDS = 7, 7
_SHADING = 0.5  # folds and shading change lightness most: the textile trade weights it 2:1, so do we
_STATED = 0.75  # against a stated colour it counts more: only lightness tells black from grey from white
_COUNTED, _TRIED, _ALIKE = 700, 50, 12.0  # pixels counted, tried as the main colour, and the CIELAB distance within which others belong to it
_OTHER = 11.0  # weighted CIEDE2000 from the main colour: more than shading


@dataclass(frozen=True, slots=True)
class Palette:
    """Colour clusters of a garment: CIELAB `labs`, their `shares` 0..1 (largest first), and the mean colour of all."""

    labs: npt.NDArray[np.float64]
    shares: npt.NDArray[np.float64]
    mean: npt.NDArray[np.float64]

    @property
    def names(self) -> dict[str, float]:
        """Shares by colour name, largest first."""
        named: dict[str, float] = {}
        for lab, share in zip(self.labs, self.shares, strict=True):
            name = nearest(lab)
            named[name] = named.get(name, 0.0) + float(share)
        return dict(sorted(named.items(), key=lambda item: -item[1]))


def sample_colours(picture: Picture, mask: Mask, rim: int = _RIM) -> npt.NDArray[np.float64]:
    """Returns CIELAB values from inside the garment, about 2,000, evenly spread; `rim` is left out, less of it where the garment is thin."""
    import cv2

    solid: Bytes = mask.astype(np.uint8)
    core = solid
    for size in (rim, 5, 3):
        core = np.asarray(cv2.erode(solid, np.ones((size, size), dtype=np.uint8)), dtype=np.uint8)
        if core.sum() > 0.35 * solid.sum():
            break
    pixels: Floats = picture.lab[core > 0] if core.any() else picture.lab[mask]
    return pixels[:: max(1, len(pixels) // _SAMPLE)].astype(np.float64)


def find_palette(pixels: npt.NDArray[np.float64]) -> Palette:
    """Clusters colours by k-means from the farthest points: no chance in it, so that a picture always gets the same verdict."""
    flat = _flatten(pixels)
    centres = [np.median(flat, axis=0)]
    reach = np.sum((flat - centres[0]) ** 2, axis=1)
    while len(centres) < min(_CLUSTERS, len(pixels)):
        # the 99th percentile instead of the farthest: one odd pixel makes no cluster
        centres.append(flat[int(np.argsort(reach)[int(0.99 * (len(reach) - 1))])])
        reach = np.minimum(reach, np.sum((flat - centres[-1]) ** 2, axis=1))
    middle = np.array(centres)
    for _ in range(_ROUNDS):
        owner = np.argmin(((flat[:, None] - middle[None]) ** 2).sum(axis=2), axis=1)
        middle = np.array([flat[owner == i].mean(axis=0) if (owner == i).any() else middle[i] for i in range(len(middle))])
    counts = np.bincount(owner, minlength=len(middle))
    order = [int(i) for i in np.argsort(-counts, kind="stable") if counts[i]]
    labs = np.array([pixels[owner == i].mean(axis=0) for i in order])
    return Palette(labs, counts[order] / counts.sum(), pixels.mean(axis=0))


def colour_distance(palette: Palette, name: str, least_share: float) -> float:
    """Returns how near the garment comes to a stated colour, in CIEDE2000 with lightness weighted 3/4.

    Only clusters of at least `least_share` count, and the mean: mixed yarns show their colour only there. Raises ValueError for an unknown name.
    """
    candidates = np.vstack([palette.labs[palette.shares >= least_share], palette.mean])
    return float(_weighted_distance(candidates, _stated(name), _STATED).min())


def part_distance(pixels: npt.NDArray[np.float64], name: str, least_share: float) -> float:
    """Returns how near any part of the garment comes to a stated further colour: the distance that `least_share` of the pixels do not exceed.

    Pixels and not clusters, because a contrast seam is too small for a cluster of its own. Raises ValueError for an unknown name.
    """
    return float(np.quantile(_weighted_distance(pixels, _stated(name), _STATED), least_share))


def main_colour(pixels: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Returns the CIELAB value around which most pixels lie; of two colours in equal parts one, and not the mixture that a median would give."""
    some = pixels[:: max(1, len(pixels) // _COUNTED)]
    flat = _flatten(some)
    tried = flat[:: max(1, len(flat) // _TRIED)]
    near = ((flat[None] - tried[:, None]) ** 2).sum(axis=2) < _ALIKE**2
    return np.asarray(some[near[int(near.sum(axis=1).argmax())]].mean(axis=0), dtype=np.float64)


def other_share(pixels: npt.NDArray[np.float64]) -> float:
    """Returns the share 0..1 of the garment that differs from its main colour by more than shading does."""
    return float(other_pixels(pixels, main_colour(pixels)).mean())


def other_pixels(lab: npt.NDArray[np.floating], main: npt.NDArray[np.float64]) -> Mask:
    """Returns which pixels (..., 3) differ from the main colour by more than shading does."""
    return np.asarray(_weighted_distance(lab.astype(np.float64), main, _SHADING) > _OTHER, dtype=np.bool_)


def distinct_colours(palette: Palette, least_share: float) -> int:
    """Returns how many clusters differ clearly from each other."""
    found: list[npt.NDArray[np.float64]] = []
    for lab, share in zip(palette.labs, palette.shares, strict=True):
        if share >= least_share and all(_weighted_distance(lab, other, _SHADING) > _OTHER for other in found):
            found.append(lab)
    return len(found)


def _stated(name: str) -> npt.NDArray[np.float64]:
    colour = find(name)
    if colour is None:
        raise ValueError(f'"{name}" is no colour of the vocabulary; add it to colour_values.csv')
    return np.array(colour.lab)


def _flatten(labs: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return labs * [_SHADING, 1, 1]


def _weighted_distance(first: npt.NDArray[np.float64], second: npt.NDArray[np.float64], weight: float) -> npt.NDArray[np.float64]:
    """CIEDE2000 with the difference of lightness taken times `weight`."""
    moved = np.array(first, dtype=np.float64)
    moved[..., 0] = second[..., 0] + (moved[..., 0] - second[..., 0]) * weight
    return delta_e2000(moved, second)
