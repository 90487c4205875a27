"""How alike two texts are as a whole, by an encoder of sentences."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from nkd_pipeline.metrics.encoding import Encoder


def sentence_similarity(first: Sequence[str], second: Sequence[str], encoder: Encoder) -> npt.NDArray[np.float64]:
    """Cosines -1..1 of the i-th text of each, 1 for equal ones; 0 where either is blank, since a vector of nothing says nothing.

    What a cosine means depends on the encoder: the least related texts of one have .9, of another 0. Raises ValueError when the numbers differ.
    """
    if len(first) != len(second):
        raise ValueError(f"{len(first)} texts cannot be compared with {len(second)} one by one")
    known = list(dict.fromkeys((*first, *second)))
    if not known:
        return np.empty(0)
    vectors = dict(zip(known, encoder.sentences(known).astype(np.float64), strict=True))
    pairs = zip(first, second, strict=True)
    return np.array([float(vectors[one] @ vectors[other]) if one.strip() and other.strip() else 0.0 for one, other in pairs])
