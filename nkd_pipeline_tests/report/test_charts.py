"""The plots' numbers, before they are drawn."""

import pytest

from nkd_pipeline.report import charts
from nkd_pipeline.report.statistics import shard_statistics

from .examples import card, deviation, shard


def scores(cards):
    return [(one.rubric.score, one.verdict) for one in cards if one.rubric]


def test_each_score_stands_in_the_bar_of_its_half_point_and_verdict(tmp_path):
    chart = charts.score_histogram(scores(shard(tmp_path)))
    assert [bar.label for bar in chart.bars] == ["5", "5.5", "6", "6.5", "7", "7.5", "8", "8.5", "9", "9.5", "10"]
    filled = {bar.label: [(part.tone, part.value) for part in bar.parts if part.value] for bar in chart.bars if bar.total}
    assert filled == {"8": [("fail", 1)], "9": [("pass", 1)], "10": [("excellent", 2)]}


@pytest.mark.parametrize("strong", range(7))
def test_no_score_falls_out_of_the_histogram(strong):
    chart = charts.score_histogram(scores([card("a", *[deviation(severity="strong")] * strong)]))
    assert sum(bar.total for bar in chart.bars) == 1
    assert chart.bars[-1].label == "10"


def test_deviations_are_stacked_by_severity(tmp_path):
    chart = charts.deviations_by_aspect(shard_statistics(shard(tmp_path)).aspects, 4)
    colour = next(bar for bar in chart.bars if bar.label == "Colour")
    assert [(part.tone, part.value) for part in colour.parts] == [("strong", 1), ("slight", 2)]
    assert colour.note == "50 % of 4 right"
    assert len(chart.bars) == 9
    assert chart.counted == "4 pictures"


def test_a_chart_without_numbers_says_so():
    chart = charts.findings_by_kind(shard_statistics([]).findings)
    assert (chart.bars, chart.longest, chart.empty) == ((), 1, "The texts gave nothing to resolve.")


def test_a_chart_can_be_spoken(tmp_path):
    chart = charts.garments_by_category(shard_statistics(shard(tmp_path)))
    assert chart.spoken == "Garments by category: T-shirt 5; Jacket 1"
    assert [part.name for part in chart.legend] == ["Released", "Held back"]


@pytest.mark.parametrize(
    ("score", "bar"),
    [
        pytest.param(8.5, "8.5", id="on the step"),
        pytest.param(8.6, "9", id="above a step belongs to the next: it passes, 8.5 fails"),
        pytest.param(3.2, "3.5", id="below the usual range the axis grows"),
    ],
)
def test_a_score_between_two_steps_stands_at_the_upper_one(score, bar):
    chart = charts.score_histogram([(score, "pass")])
    assert [one.label for one in chart.bars if one.total] == [bar]
