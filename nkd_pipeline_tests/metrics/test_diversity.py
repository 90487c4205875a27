"""How diverse things are is counted as the number of equally frequent kinds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nkd_pipeline.metrics.diversity import effective_number


@pytest.mark.parametrize(
    ("kinds", "number"),
    [
        pytest.param([], 0, id="nothing"),
        pytest.param(["red"] * 7, 1, id="all the same"),
        pytest.param(["red", "blue", "green"] * 2, 3, id="three kinds, equally frequent"),
        pytest.param(["red"] * 3 + ["blue"], 1.7548, id="by hand: exp(-(.75 ln .75 + .25 ln .25))"),
    ],
)
def test_the_effective_number_is_that_of_equally_frequent_kinds(kinds, number):
    assert effective_number(kinds) == pytest.approx(number, abs=1e-4)


@given(st.lists(st.sampled_from("abcd"), min_size=1))
def test_it_lies_between_one_and_the_number_of_kinds_and_order_does_not_count(kinds):
    assert 1 - 1e-9 <= effective_number(kinds) <= len(set(kinds)) + 1e-9
    assert effective_number(kinds) == pytest.approx(effective_number(sorted(kinds)))
