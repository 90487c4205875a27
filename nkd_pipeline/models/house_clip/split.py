"""Which combinations of attributes are for training, which for development, and which are held out until the end."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

TRAINING, DEVELOPMENT, HELD_OUT = "training", "development", "held out"
PAIRS = (("type", "colour"), ("type", "pattern"), ("colour", "pattern"), ("type", "neckline"))
BUCKETS = 20  # of which one is held out and one for development, for each pair of attributes


def split_of(seen: Mapping[str, str]) -> str:
    """The part that a sketch belongs to, by the pairs of values that are seen on it.

    A pair belongs to one part for good, by a hash of its words: a red dress is in all sketches of the training data or in none. A sketch with one
    pair that is held out is held out itself.
    """
    parts = {_part(first, second, seen) for first, second in PAIRS}
    return HELD_OUT if HELD_OUT in parts else DEVELOPMENT if DEVELOPMENT in parts else TRAINING


def _part(first: str, second: str, seen: Mapping[str, str]) -> str:
    # without plain garments and crew necks of some kind there would be little left of it to learn
    if not {first, second} <= seen.keys() or seen[second] in ("plain", "crew neck"):
        return TRAINING
    bucket = zlib.crc32(f"{first} {seen[first]}, {second} {seen[second]}".encode()) % BUCKETS
    return (HELD_OUT, DEVELOPMENT)[bucket] if bucket < 2 else TRAINING
