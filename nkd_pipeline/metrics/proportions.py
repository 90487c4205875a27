"""Shares and what chance leaves of them: for preferences between two pictures."""

from __future__ import annotations

from fractions import Fraction
from math import comb, sqrt

Z95 = 1.959964  # standard normal quantile of a two-sided 95 % interval


def wilson_interval(successes: int, trials: int) -> tuple[float, float]:
    """The 95 % interval (low, high) of a share by E. B. Wilson (1927), which stays within 0..1 and holds for few trials too; (0, 1) without any."""
    if not trials:
        return 0.0, 1.0
    share, z2 = successes / trials, Z95**2
    centre = share + z2 / (2 * trials)
    reach = Z95 * sqrt(share * (1 - share) / trials + z2 / (4 * trials**2))
    scale = 1 + z2 / trials
    low, high = (centre - reach) / scale, (centre + reach) / scale
    return max(0.0, min(share, low)), min(1.0, max(share, high))  # rounding may leave a share of 1 just outside


def sign_test(first: int, second: int) -> float:
    """Two-sided exact p-value that both sides win equally often; ties are left out beforehand, and without any win it is 1."""
    trials = first + second
    tail = sum(comb(trials, wins) for wins in range(min(first, second) + 1))
    return min(1.0, float(Fraction(2 * tail, 1 << trials)))
