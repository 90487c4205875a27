"""Statistics against numbers counted by hand."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nkd_pipeline.report.cards import Failure
from nkd_pipeline.report.statistics import CategoryCount, ClipBand, Summary, describe, shard_statistics

from .examples import card, deviation, failed_card, shard


@pytest.mark.parametrize(
    ("values", "summary"),
    [
        pytest.param([], None, id="nothing to sum up"),
        pytest.param([7.5], Summary(1, 7.5, 7.5, 0.0, 7.5, 7.5), id="one value has no spread"),
        pytest.param([2, 4, 4, 4, 5, 5, 7, 9], Summary(8, 5.0, 4.5, math.sqrt(32 / 7), 2, 9), id="sd divides by n - 1"),
        pytest.param(iter([1.0, 3.0]), Summary(2, 2.0, 2.0, math.sqrt(2), 1, 3), id="any iterable"),
    ],
)
def test_describe(values, summary):
    found = describe(values)
    assert found == summary or (found and found.sd == pytest.approx(summary.sd) and (found.mean, found.median) == (summary.mean, summary.median))


@given(st.lists(st.floats(0, 10), min_size=1, max_size=40))
def test_mean_and_median_lie_between_the_extremes(values):
    found = describe(values)
    tolerance = 1e-9
    assert found.min - tolerance <= found.mean <= found.max + tolerance
    assert found.min <= found.median <= found.max
    assert found.sd >= 0


def test_a_shard_counted_by_hand(tmp_path):
    numbers = shard_statistics(shard(tmp_path))
    assert (numbers.articles, numbers.released, numbers.failed) == (6, 3, 1)
    assert numbers.verdicts == {"excellent": 2, "pass": 1, "fail": 1, "": 2}
    # 10, 9, 8, 10
    assert numbers.rubric == Summary(4, 9.25, 9.5, pytest.approx(math.sqrt(2.75 / 3)), 8.0, 10.0)
    # 27.5, 25, 22.5, 27.5
    assert numbers.clip == Summary(4, 25.625, 26.25, pytest.approx(math.sqrt(17.1875 / 3)), 22.5, 27.5)
    assert numbers.clip_missing == {"no scorer is configured": 1, "there is no picture": 1}
    assert numbers.retention.mean == pytest.approx(0.9)
    assert (numbers.attempts.n, numbers.attempts.mean) == (4, 1.25)
    # A0, A1 and A5 passed at once, A2 failed at its second attempt
    assert numbers.first_pass_rate == 0.75
    assert numbers.findings == {"ambiguous_term": 1, "missing_attribute": 1}
    assert numbers.failures == {"no_garment": 1}
    assert [(count.category, count.articles, count.released) for count in numbers.categories] == [("t-shirt", 5, 2), ("jacket", 1, 1)]


def test_aspects_count_deviations_and_clean_pictures_apart(tmp_path):
    aspects = {count.aspect: count for count in shard_statistics(shard(tmp_path)).aspects}
    colour, realism, pose = aspects["colour"], aspects["realism"], aspects["pose_framing"]
    # A1 slight, A2 strong and slight: three deviations on two of four pictures
    assert (colour.assessed, colour.clean, colour.slight, colour.strong, colour.accuracy) == (4, 2, 2, 1, 0.5)
    assert (realism.assessed, realism.slight, realism.accuracy) == (4, 1, 0.75)
    assert (pose.assessed, pose.accuracy) == (0, None)


@pytest.mark.parametrize(
    ("cards", "rate"),
    [
        pytest.param([], None, id="no articles"),
        pytest.param([failed_card()], None, id="nothing judged"),
        pytest.param([card(attempt=2)], 0.0, id="a pass at the second attempt is none at the first"),
        pytest.param([card("a"), card("b", deviation("realism", "strong"))], 0.5, id="a failed first attempt counts in the denominator"),
    ],
)
def test_first_pass_rate(cards, rate):
    assert shard_statistics(cards).first_pass_rate == rate


def test_an_empty_shard_has_no_numbers_and_no_error():
    numbers = shard_statistics([])
    assert (numbers.articles, numbers.rubric, numbers.clip, numbers.retention, numbers.categories) == (0, None, None, None, ())


def test_an_article_without_attributes_is_counted_as_not_recognised():
    assert shard_statistics([card(attributes=None)]).categories[0] == CategoryCount(
        "not recognised", 1, 1, Summary(1, 10.0, 10.0, 0.0, 10.0, 10.0), Summary(1, 27.5, 27.5, 0.0, 27.5, 27.5)
    )


def test_prompts_without_facts_do_not_raise_the_mean_retention():
    bare = card("b")
    nothing = replace(bare, prompt=replace(bare.prompt, retention=1.0, facts_total=0))
    assert shard_statistics([card("a"), nothing]).retention == Summary(1, 0.9, 0.9, 0.0, 0.9, 0.9)


def test_the_rubrics_pass_rate_is_counted_on_both_sides_of_the_line():
    scores = {"a": 30.1, "b": 31.0, "c": 30.0, "d": 12.0, "e": 40.0}
    cards = [card(name, *([deviation(severity="strong")] if name in "bd" else []), clip=score) for name, score in scores.items()]
    cards[4] = replace(cards[4], rubric=None, decision=replace(cards[4].decision, verdict=""))  # scored, not judged
    numbers = shard_statistics([*cards, card("f", clip=None)])
    # 30 itself is not above 30
    assert (numbers.clip_above, numbers.clip_up_to) == (ClipBand(3, 2, 1), ClipBand(2, 2, 1))
    assert (numbers.clip_above.pass_rate, ClipBand(3, 0, 0).pass_rate) == (0.5, None)


def test_prompts_that_were_cut_off_are_counted():
    bare = card()
    assert shard_statistics([bare, replace(bare, clip=replace(bare.clip, truncated_tokens=9))]).clip_truncated == 1


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        pytest.param({}, "no score was computed", id="the scorer has not run yet"),
        pytest.param(
            {"failures": (Failure("clip_scores", "picture_changed", "..."),)}, "clip_scores failed: picture_changed", id="the scorer failed"
        ),
        pytest.param({"image": None, "failures": (Failure("generated_images", "no_garment", "..."),)}, "there is no picture", id="nothing to score"),
    ],
)
def test_an_article_without_a_score_says_why(changes, why):
    assert shard_statistics([card(clip=None, **changes)]).clip_missing == {why: 1}
