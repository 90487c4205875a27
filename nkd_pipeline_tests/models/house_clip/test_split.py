"""Combinations for measuring occur in no training sketch."""

import numpy as np

from nkd_pipeline.models.house_clip.articles import random_order
from nkd_pipeline.models.house_clip.split import DEVELOPMENT, HELD_OUT, PAIRS, TRAINING, split_of
from nkd_pipeline.models.house_clip.visible import seen
from nkd_pipeline.sketch.read import garment_spec


def test_what_is_measured_was_never_seen_in_training():
    rng = np.random.default_rng(1)
    parts = {TRAINING: [], DEVELOPMENT: [], HELD_OUT: []}
    for _ in range(1500):
        order = random_order(rng)
        shown = seen(order, garment_spec(order))
        parts[split_of(shown)].append({(*pair, *(shown[name] for name in pair)) for pair in PAIRS if set(pair) <= shown.keys()})
    learnt = set().union(*parts[TRAINING])
    for part in (DEVELOPMENT, HELD_OUT):
        assert 0.06 < len(parts[part]) / 1500 < 0.25
        assert all(pairs - learnt for pairs in parts[part])


def test_a_pair_belongs_to_one_part_whatever_else_is_seen():
    first = {"type": "dress", "colour": "red"}
    assert {split_of(first | {"neckline": "crew neck", "pattern": "plain"}), split_of(first)} == {split_of(first)}


def test_plain_garments_and_crew_necks_are_left_to_all_parts():
    # else whole kinds of garments would never be seen without a pattern
    assert split_of({"type": "dress", "pattern": "plain", "neckline": "crew neck"}) == TRAINING
