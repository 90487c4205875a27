"""Pattern tiles repeat without a seam and show their colours."""

import numpy as np
import pytest

from nkd_pipeline.sketch import fabric, patterns
from nkd_pipeline.sketch.spec import Cloth

GROUND, ACCENT = (30, 60, 140), (240, 200, 60)
ONE_COLOURED = {"plain", "textured", "melange"}


@pytest.mark.parametrize("name", sorted(patterns.PATTERNS))
def test_two_coloured_patterns_show_both_colours(name):
    tile = patterns.tile(Cloth(GROUND, (ACCENT,), name, motif="cat"), 300, np.random.default_rng(1)).pixels
    near_ground = np.abs(tile - GROUND).max(axis=2) < 60
    near_accent = np.abs(tile - ACCENT).max(axis=2) < 90
    assert near_ground.any()
    assert near_accent.any() != (name in ONE_COLOURED) or name in {"animal print", "leopard print"}


@pytest.mark.parametrize("name", sorted(set(patterns.PATTERNS) - {"colour block", "colour gradient", "tie-dye", "checked", "striped"}))
def test_tiles_join_without_a_seam(name):
    tile = patterns.tile(Cloth(GROUND, (ACCENT,), name, motif="cat"), 300, np.random.default_rng(1)).pixels
    for axis in (0, 1):
        inside = np.abs(np.diff(tile, axis=axis)).mean(axis=(1 - axis, 2)).max()
        across = np.abs(np.take(tile, 0, axis) - np.take(tile, -1, axis)).mean()
        assert across <= inside * 1.15 + 6


@pytest.mark.parametrize("name", sorted(fabric.WEAVES))
def test_weaves_keep_the_colour_on_average(name):
    tile = fabric.tile(name, 400, np.random.default_rng(1)).pixels
    assert abs(float(tile.mean())) < 0.045
    assert 0.005 < float(tile.std()) < 0.25
