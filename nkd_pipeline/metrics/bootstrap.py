"""What chance leaves of the difference between two measurements of the same rows.

Source: B. Efron, R. J. Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 14 (BCa).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

_AT_ONCE = 2_000_000  # numbers drawn at a time
_NORMAL = NormalDist()

Reals = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """The mean of after - before, and the 95 % interval around it."""

    difference: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        """Whether chance alone hardly explains the difference."""
        return self.low > 0 or self.high < 0


def paired_bootstrap(before: Sequence[float], after: Sequence[float], seed: int, n: int = 10_000) -> Interval:
    """The bias-corrected and accelerated (BCa) 95 % interval of the mean difference, from `n` resamples of the pairs.

    The same seed gives the same interval. Raises ValueError for fewer than two pairs, for lists of different lengths, and for values that are no
    numbers.
    """
    differences = np.asarray(after, dtype=np.float64) - np.asarray(before, dtype=np.float64) if len(before) == len(after) else np.empty(0)
    if differences.size < 2 or not np.isfinite(differences).all():
        raise ValueError(f"an interval needs two pairs of numbers at least, not {len(before)} values before and {len(after)} after")
    mean = float(differences.mean())
    spread = differences - mean
    if np.ptp(differences) <= 1e-12 * np.abs(differences).max():  # all the same but for rounding
        return Interval(mean, mean, mean)
    means = _resampled(spread, np.random.default_rng(seed), n)
    # where the distribution is not symmetric its quantiles are shifted: by the share of means below zero (bias) and by the skewness (acceleration)
    below = ((means < 0).sum() + (means == 0).sum() / 2) / n
    bias = _NORMAL.inv_cdf(float(np.clip(below, 0.5 / n, 1 - 0.5 / n)))
    scaled = spread / np.abs(spread).max()  # the powers of tiny differences would be 0
    acceleration = float((scaled**3).sum() / (6 * (scaled**2).sum() ** 1.5))
    low, high = np.quantile(means, [_level(bias, acceleration, _NORMAL.inv_cdf(tail)) for tail in (0.025, 0.975)])
    return Interval(mean, mean + float(low), mean + float(high))


def _resampled(values: Reals, rng: np.random.Generator, n: int) -> Reals:
    """Means of `n` samples with replacement."""
    step = max(1, _AT_ONCE // values.size)
    sizes = [min(step, n - start) for start in range(0, n, step)]
    return np.concatenate([values[rng.integers(0, values.size, (size, values.size))].mean(axis=1) for size in sizes])


def _level(bias: float, acceleration: float, normal: float) -> float:
    shifted = bias + normal
    return _NORMAL.cdf(bias + shifted / (1 - acceleration * shifted))
