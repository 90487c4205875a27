"""BERTScore: each token of one text is matched with the most alike of the other, by the states that an encoder gives them.

Source: T. Zhang, V. Kishore, F. Wu, K. Q. Weinberger, Y. Artzi, "BERTScore", ICLR 2020, arXiv:1904.09675. Figures are those of the authors' program
bert-score 0.3.13 without rescaling to a baseline, on the same encoder and layer, for encoders that mark both start and end of a text. The program
itself cannot read blank texts with transformers 5.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import log
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from nkd_pipeline.metrics.encoding import Encoder, TokenStates

_AT_ONCE = 256  # pairs whose states are kept in memory together: 200 MB with 1,024 numbers a token

Reals = npt.NDArray[np.float64]


class BertScore(NamedTuple):
    """Three arrays (pairs,), -1..1 each: 1 for equal texts."""

    precision: Reals  # how well the candidate's tokens are found in the reference
    recall: Reals  # how well the reference's tokens are found in the candidate
    f1: Reals  # their harmonic mean


def bertscore(candidates: Sequence[str], references: Sequence[str], encoder: Encoder, idf: bool = False) -> BertScore:
    """BERTScore of each candidate by the reference at the same place.

    With `idf` rare tokens count more, by how many of all the references hold them; a text whose tokens all stand in every reference counts them
    alike. A blank text has 0. Raises ValueError when the numbers of texts differ.
    """
    if len(candidates) != len(references):
        raise ValueError(f"{len(candidates)} candidates cannot be compared with {len(references)} references one by one")
    weights = _idf(encoder.token_ids(references)) if idf else None
    scores: list[tuple[float, float, float]] = []
    for start in range(0, len(candidates), _AT_ONCE):
        pairs = list(zip(candidates[start : start + _AT_ONCE], references[start : start + _AT_ONCE], strict=True))
        known = list(dict.fromkeys(text for pair in pairs for text in pair))
        read = {text: _Read(states, weights) for text, states in zip(known, encoder.token_states(known), strict=True)}
        scores += [_scored(read[candidate], read[reference]) for candidate, reference in pairs]
    return BertScore(*np.array(scores, dtype=np.float64).reshape(-1, 3).T)


class _Read:
    """A text's token states with length 1, and how much each of them counts: 1 in all, nothing for the tokens that begin and end the text."""

    def __init__(self, text: TokenStates, weights: Mapping[int, float] | None) -> None:
        states = text.states.astype(np.float64)
        self.states = states / np.maximum(np.linalg.norm(states, axis=1, keepdims=True), 1e-12)
        content = np.where(text.special, 0.0, 1.0)
        self.is_blank = not content.any()
        counts = content if weights is None else content * [weights.get(int(token), weights[_UNSEEN]) for token in text.ids]
        counts = counts if counts.any() else content
        self.weights = counts / max(1e-12, counts.sum())


_UNSEEN = -1  # stands for all tokens that no reference holds


def _idf(references: Sequence[npt.NDArray[np.int64]]) -> dict[int, float]:
    texts = len(references)
    held = Counter(token for ids in references for token in set(ids.tolist()))
    return {_UNSEEN: log(texts + 1)} | {token: log((texts + 1) / (count + 1)) for token, count in held.items()}


def _scored(candidate: _Read, reference: _Read) -> tuple[float, float, float]:
    if candidate.is_blank or reference.is_blank:
        return 0.0, 0.0, 0.0
    # tokens that begin and end a text count for nothing but may be what another is most like, as in the authors' program
    alike = candidate.states @ reference.states.T
    precision = float(candidate.weights @ alike.max(axis=1))
    recall = float(reference.weights @ alike.max(axis=0))
    total = precision + recall
    return precision, recall, 2 * precision * recall / total if total else 0.0
