"""First-pass rate and attempts, as the paper reports them."""

import pytest

from nkd_pipeline.report.quality_attempts import NONE_JUDGED, attempts_mean, attempts_per_article, first_pass, pass_rate_by_attempt, repairs, tried
from nkd_pipeline.report.table import Share

from .qualities import attempts, shard

ALL = tried(shard())  # A1 excellent; A2 pass; A3 fail, fail, fail; A4 fail, excellent; A5 none


def test_a_shard_counted_by_hand():
    assert first_pass(ALL) == Share(2, 4)
    assert attempts_mean(ALL).summary.mean == pytest.approx(7 / 4)
    assert attempts_per_article(ALL).rows == ((1, Share(2, 4), Share(2, 2)), (2, Share(1, 4), Share(1, 1)), (3, Share(1, 4), Share(0, 1)))
    assert pass_rate_by_attempt(ALL).rows == ((1, Share(2, 4)), (2, Share(1, 2)), (3, Share(0, 1)))
    assert repairs(ALL).rows == (("Main colour", Share(1, 3)),)


@pytest.mark.parametrize(
    ("articles", "share"),
    [
        pytest.param([], Share(0, 0, NONE_JUDGED), id="nothing judged is no rate"),
        pytest.param([attempts("pass")], Share(1, 1), id="pass"),
        pytest.param([attempts("fail", "excellent")], Share(0, 1), id="good at last is not good at first"),
        pytest.param([attempts("fail", "excellent")[1:]], Share(0, 1), id="a first attempt without a picture was none that passed"),
        pytest.param([attempts("pass", "fail")], Share(1, 1), id="asked for again by a person: the first had passed"),
    ],
)
def test_first_pass(articles, share):
    assert first_pass(articles) == share


def test_an_article_that_passed_once_ended_with_a_pass():
    assert attempts_per_article([attempts("fail", "pass", "fail")]).rows == ((3, Share(1, 1), Share(1, 1)),)


def test_four_of_five_first_attempts_give_eighty_percent():
    articles = [attempts(*(["fail", "excellent"] if number % 5 == 0 else ["excellent"])) for number in range(10)]
    assert first_pass(articles).value == 0.8
    assert attempts_mean(articles).summary.mean == pytest.approx(1.2)
    assert all(row[2].value == 1 for row in attempts_per_article(articles).rows)
