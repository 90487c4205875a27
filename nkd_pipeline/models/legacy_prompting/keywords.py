"""Key phrases of a text by KeyBERT's method, with any encoder.

Source: M. Grootendorst, "KeyBERT: Minimal keyword extraction with BERT", 2020: candidates are phrases of the text, the best those whose vectors are
nearest to the text's, made diverse by maximal marginal relevance (J. Carbonell, J. Goldstein, SIGIR 1998).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from nkd_pipeline.metrics.encoding import Encoder, Reals
from nkd_pipeline.metrics.words import content_words, words

_CLAUSES = re.compile(r"[,;:.!?()\n|/]+")


def keywords(texts: Sequence[str], encoder: Encoder, count: int, longest: int, diversity: float) -> list[list[str]]:
    """For each text at most `count` phrases of 1 to `longest` words, the most telling first. `diversity` is within 0..1."""
    phrases = [candidates(text, longest) for text in texts]
    known = list(dict.fromkeys([*texts, *(phrase for of_text in phrases for phrase in of_text)]))
    vectors = dict(zip(known, encoder.sentences(known), strict=True)) if known else {}
    return [
        [of_text[place] for place in marginal_relevance(vectors[text], np.stack([vectors[one] for one in of_text]), count, diversity)]
        if of_text
        else []
        for text, of_text in zip(texts, phrases, strict=True)
    ]


def candidates(text: str, longest: int) -> list[str]:
    """All runs of 1 to `longest` words without a function word, within one clause, in small letters and each once."""
    found: dict[str, None] = {}
    for clause in _CLAUSES.split(text):
        run: list[str] = []
        for token in [*words(clause), ""]:
            if content_words(token):
                run.append(token.lower())
                continue
            found |= {
                " ".join(run[start : start + size]): None for start in range(len(run)) for size in range(1, longest + 1) if start + size <= len(run)
            }
            run = []
    return list(found)


def marginal_relevance(text: Reals, phrases: Reals, count: int, diversity: float) -> list[int]:
    """Places of the chosen phrases: each the best of what is left by (1 - diversity) x nearness to the text - diversity x likeness to those chosen.

    Vectors have length 1: `text` (dimensions,), `phrases` (n, dimensions).
    """
    nearness, likeness = phrases @ text, phrases @ phrases.T
    chosen = [int(nearness.argmax())]
    left = [place for place in range(len(phrases)) if place != chosen[0]]
    while left and len(chosen) < count:
        worth = (1 - diversity) * nearness[left] - diversity * likeness[np.ix_(left, chosen)].max(axis=1)
        chosen.append(left.pop(int(worth.argmax())))
    return chosen
