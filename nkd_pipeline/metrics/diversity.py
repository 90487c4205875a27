"""How different things are from each other: of how many kinds, and how evenly spread over them.

Source: L. Jost, "Entropy and diversity", Oikos 113 (2), 2006: the exponential of Shannon's entropy is the number of equally frequent kinds that would
be as diverse.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable


def effective_number(kinds: Iterable[str]) -> float:
    """Effective number of kinds: 1 when all are the same, n when n kinds are equally frequent; 0 for nothing."""
    counts = Counter(kinds)
    total = counts.total()
    return math.exp(-sum(count / total * math.log(count / total) for count in counts.values())) if total else 0.0
