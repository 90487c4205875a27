"""The interval of a mean difference covers the truth as often as it says, and does not depend on chance."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nkd_pipeline.metrics.bootstrap import Interval, paired_bootstrap

DRAWN = {
    "normal": (lambda rng, size: rng.normal(0.1, 1, size), 0.1),
    "skewed": (lambda rng, size: rng.exponential(1, size), 1.0),
    "shares": (lambda rng, size: (rng.random(size) < 0.3).astype(float), 0.3),
}


@pytest.mark.parametrize("kind", DRAWN)
def test_covers_the_truth(kind):
    # 95 % is wanted; 600 trials leave 2 % to chance, and the bootstrap of 50 rows is known to be a little narrow
    draw, truth = DRAWN[kind]
    rng = np.random.default_rng(3)
    found = [paired_bootstrap([0.0] * 50, draw(rng, 50), seed, n=400) for seed in range(600)]
    assert 0.915 <= np.mean([one.low <= truth <= one.high for one in found]) <= 0.975


def test_a_clear_difference_excludes_zero_and_none_does_not():
    rng = np.random.default_rng(5)
    before = rng.random(80)
    better, same = before + rng.normal(0.2, 0.1, 80), before + rng.normal(0, 0.1, 80)
    assert paired_bootstrap(before, better, seed=1).excludes_zero
    assert paired_bootstrap(better, before, seed=1).excludes_zero
    assert not paired_bootstrap(before, same, seed=1).excludes_zero


def test_what_is_paired_counts_not_how_rows_differ_among_each_other():
    rows = np.linspace(0, 100, 50)
    found = paired_bootstrap(rows, rows + 1 + 0.01 * np.sin(rows), seed=1)
    assert 0.99 < found.low < found.difference < found.high < 1.01


def test_the_same_seed_gives_the_same_interval():
    before, after = np.random.default_rng(1).random((2, 30))
    assert paired_bootstrap(before, after, seed=4) == paired_bootstrap(before, after, seed=4) != paired_bootstrap(before, after, seed=5)


def test_rows_that_all_differ_by_the_same_have_no_interval():
    assert paired_bootstrap([0.1, 0.2, 0.3], [0.2, 0.3, 0.4], seed=1) == Interval(pytest.approx(0.1), pytest.approx(0.1), pytest.approx(0.1))
    assert paired_bootstrap([1.0, 2.0], [1.0, 2.0], seed=1) == Interval(0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([1.0], [2.0], id="one pair says nothing of the spread"),
        pytest.param([1.0, 2.0], [1.0], id="no pairs"),
        pytest.param([1.0, 2.0], [1.0, float("nan")], id="no number"),
    ],
)
def test_what_has_no_interval_is_refused(before, after):
    with pytest.raises(ValueError, match=f"two pairs of numbers at least, not {len(before)} values before and {len(after)} after"):
        paired_bootstrap(before, after, seed=1)


numbers = st.floats(-1, 1, allow_subnormal=False)


@given(st.lists(st.tuples(numbers, numbers), min_size=2, max_size=30))
@example([(0.0, 0.0), (0.0, 3e-160)])  # whose square is nothing
def test_before_and_after_exchanged_give_the_interval_of_the_other_sign(rows):
    before, after = zip(*rows, strict=True)
    there, back = paired_bootstrap(before, after, 1, n=200), paired_bootstrap(after, before, 1, n=200)
    assert there.low <= there.high
    assert (there.difference, there.low, there.high) == pytest.approx((-back.difference, -back.high, -back.low), abs=1e-9)
