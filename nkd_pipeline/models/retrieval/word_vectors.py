"""Texts as vectors of their words: what retrieval does without a model.

Source: G. Salton, C. Buckley, "Term-weighting approaches in automatic text retrieval", Information Processing & Management 24 (5), 1988: word counts
times the inverse frequency of the word among all texts, length 1.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from nkd_pipeline.metrics.encoding import Reals
from nkd_pipeline.metrics.words import content_words, stemmer


class WordVectors:
    """Knows the words of the texts that it was made of; others count for nothing."""

    def __init__(self, texts: Sequence[str]) -> None:
        seen = Counter(stem for text in texts for stem in set(_stems(text)))
        self._place = {stem: place for place, stem in enumerate(sorted(seen))}
        self._weight = {stem: 1 + math.log(len(texts) / count) for stem, count in seen.items()}

    def sentences(self, texts: Sequence[str]) -> Reals:
        """One vector for each text, (texts, words), of length 1; of length 0 for a text of which no word is known."""
        vectors = np.zeros((len(texts), len(self._place)), dtype=np.float32)
        for row, text in enumerate(texts):
            for stem, count in Counter(stem for stem in _stems(text) if stem in self._place).items():
                vectors[row, self._place[stem]] = (1 + math.log(count)) * self._weight[stem]
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        np.divide(vectors, lengths, out=vectors, where=lengths > 0)
        return vectors


def _stems(text: str) -> list[str]:
    return [stemmer().stem(word) for word in content_words(text)]
