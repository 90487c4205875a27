"""Sketches as a model in training sees them: laid a little otherwise each time, and sometimes softer or mirrored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch

TURN, SIZE, SHIFT = 0.06, 0.07, 0.06  # radians; share of the size; share of half the picture: one standard deviation is half of it
MIXING = 0.55  # how far colours are mixed into one another: one standard deviation
SHARE_MOVED, SHARE_MIRRORED, SHARE_SOFT = 0.6, 0.5, 0.15


def normalised(pixels: NDArray[np.uint8]) -> torch.Tensor:
    """RGB bytes (n, edge, edge, 3) as open_clip's preprocessing gives them to this model: (n, 3, edge, edge), -1..1."""
    import torch

    return torch.tensor(pixels).permute(0, 3, 1, 2).float().div(127.5).sub(1)


def varied(pictures: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
    """The pictures turned, scaled and shifted, a little lighter or darker; prints and necklines stay where they are on the garment."""
    import torch
    from torch.nn import functional

    count = len(pictures)
    moved = torch.from_numpy(np.flatnonzero(rng.random(count) < SHARE_MOVED))
    turn, size, shift = rng.normal(0, TURN / 2, count), 1 + rng.normal(0, SIZE / 2, count), rng.normal(0, SHIFT / 2, (count, 2))
    mirrored = np.where(rng.random(count) < SHARE_MIRRORED, -1.0, 1.0)
    cos, sin = np.cos(turn) / size, np.sin(turn) / size
    matrices = np.stack([np.stack([cos * mirrored, -sin, shift[:, 0]], 1), np.stack([sin * mirrored, cos, shift[:, 1]], 1)], 1)
    grid = functional.affine_grid(torch.from_numpy(matrices.astype(np.float32))[moved], [len(moved), *pictures.shape[1:]], align_corners=False)
    result = pictures.clone()
    result[moved] = functional.grid_sample(pictures[moved], grid, mode="bilinear", padding_mode="border", align_corners=False)
    if rng.random() < SHARE_SOFT:
        result = functional.avg_pool2d(functional.pad(result, (1, 1, 1, 1), mode="replicate"), 3, 1)
    light = torch.from_numpy(rng.normal(0, 0.01, (2, count, 1, 1, 1)).astype(np.float32))
    return result * (1 + light[0]) + light[1]


def recoloured(pictures: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
    """The pictures in other colours; what is grey stays as it is, the background too.

    So that the cut of a red dress is known although no dress in the training data is red.
    """
    import torch

    order = np.argsort(rng.random((len(pictures), 3)), axis=1)
    mixed = np.eye(3)[order] + rng.normal(0, MIXING, (len(pictures), 3, 3))
    mixed += (1 - mixed.sum(axis=2, keepdims=True)) / 3  # rows that add up to 1 leave greys alone
    return torch.einsum("nij,njhw->nihw", torch.from_numpy(mixed.astype(np.float32)), pictures).clamp(-1, 1)
