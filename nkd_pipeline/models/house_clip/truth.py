"""What is true of which sketch, as arrays: 1 true, 0 wrong, -1 neither, as one of two near colours is for the other."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from nkd_pipeline.models.house_clip.values import alike, broader, values

Codes = NDArray[np.int64]
UNSAID = -1  # of a caption: it does not speak of the attribute; of a sketch: it does not show it
NEITHER = -1


@functools.cache
def names() -> tuple[str, ...]:
    """All attributes, in the order of the columns of codes."""
    return tuple(values())


@functools.cache
def relation(attribute: str) -> NDArray[np.int8]:
    """(said, seen) -> 1, 0 or -1 for all values of an attribute, in their order."""
    table = values()[attribute]
    places = {name: place for place, name in enumerate(table)}
    found = np.eye(len(table), dtype=np.int8)
    for pairs, held in ((broader(attribute), 1), (alike(attribute), NEITHER)):
        for said, seen in pairs:
            if seen in places:
                found[places[said], places[seen]] = held
    return found


def codes(statements: Sequence[Mapping[str, str]]) -> Codes:
    """(n, attributes): the place of each value among those of its attribute, or UNSAID."""
    places = [{name: place for place, name in enumerate(values()[attribute])} for attribute in names()]
    return np.array([[places[column].get(given.get(name, ""), UNSAID) for column, name in enumerate(names())] for given in statements])


def agreement(said: Codes, seen: Codes) -> NDArray[np.int8]:
    """(captions, sketches) -> 1 where all that a caption says is true, 0 where something is wrong, -1 where neither is certain."""
    wrong = np.zeros((len(said), len(seen)), bool)
    unsure = np.zeros((len(said), len(seen)), bool)
    for column, attribute in enumerate(names()):
        held = np.pad(relation(attribute), ((0, 1), (0, 1)))  # the last row and column are reached by UNSAID
        held[UNSAID, :] = 1
        held[:-1, UNSAID] = NEITHER if attribute == "print" else 0  # nobody prints on a belt: "no print" is no lie
        part = held[said[:, column]][:, seen[:, column]]
        if attribute == "colour":  # in a pattern of two colours nobody knows which is the first
            second = np.pad(relation(attribute), ((0, 1), (0, 1)))[said[:, column]][:, seen[:, names().index("second colour")]]
            part = np.where((part == 0) & (second != 0), NEITHER, part)
        wrong |= part == 0
        unsure |= part == NEITHER
    return np.where(wrong, 0, np.where(unsure, NEITHER, 1)).astype(np.int8)
