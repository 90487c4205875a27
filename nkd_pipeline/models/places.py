"""Where the squares of a picture are, in waves: what a transformer need not learn first (Beyer et al. 2022, arXiv:2205.01580)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


def place_waves(side: int, width: int, slowest: float, count: int | None = None) -> torch.Tensor:
    """Sine and cosine of columns and rows, (count², width), for places spread evenly over side × side squares; by default one on each square.

    The slowest wave is `slowest` times as long as the fastest. `width` is a multiple of 4.
    """
    import torch

    count, quarter = count or side, width // 4
    rates = slowest ** (-torch.arange(quarter) / quarter)
    steps = (torch.arange(count) + 0.5) * side / count - 0.5
    rows, columns = torch.meshgrid(steps, steps, indexing="ij")
    waves = [wave(place.flatten()[:, None] * rates) for place in (columns, rows) for wave in (torch.sin, torch.cos)]
    return torch.cat(waves, 1)
