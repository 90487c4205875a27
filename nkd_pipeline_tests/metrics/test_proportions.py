"""Wilson's interval and the sign test against published and hand-made values."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nkd_pipeline.metrics.proportions import sign_test, wilson_interval


@pytest.mark.parametrize(
    ("successes", "trials", "interval"),
    [
        pytest.param(0, 0, (0.0, 1.0), id="without trials everything is possible"),
        pytest.param(0, 10, (0.0, 0.2775), id="none of ten: the interval is not empty, as Wald's would be"),
        pytest.param(7, 10, (0.3968, 0.8922), id="seven of ten"),
        pytest.param(81, 263, (0.2553, 0.3662), id="81 of 263: R. G. Newcombe, Statistics in Medicine 17 (1998), table I"),
        pytest.param(15, 148, (0.0624, 0.1605), id="15 of 148: the same"),
    ],
)
def test_wilson_interval(successes, trials, interval):
    assert wilson_interval(successes, trials) == pytest.approx(interval, abs=5e-5)


@pytest.mark.parametrize(
    ("first", "second", "p"),
    [
        pytest.param(0, 0, 1.0, id="nothing was decided"),
        pytest.param(5, 5, 1.0, id="even"),
        pytest.param(8, 2, 112 / 1024, id="2 x (1 + 10 + 45) / 1024"),
        pytest.param(0, 6, 2 / 64, id="six in a row"),
        pytest.param(3000, 1000, 0.0, id="more than a float holds"),
    ],
)
def test_sign_test(first, second, p):
    assert sign_test(first, second) == pytest.approx(p, abs=1e-12)
    assert sign_test(second, first) == sign_test(first, second)


@given(st.integers(0, 400), st.integers(0, 400))
@example(357, 0)  # rounded to 0.9999999999999998
def test_the_share_lies_within_its_interval(wins, losses):
    low, high = wilson_interval(wins, wins + losses)
    assert 0 <= low <= (wins / (wins + losses) if wins + losses else 0.5) <= high <= 1
