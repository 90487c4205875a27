"""The quality report's figures before they are drawn."""

import pytest

from nkd_pipeline.report import quality_charts
from nkd_pipeline.report.charts import Panel

from .qualities import quality, shard, unjudged


def filled(bar):
    return {part.tone: part.value for part in bar.parts if part.value}


def test_accuracies_say_what_was_not_assessed():
    matrix = quality_charts.accuracies(shard())
    assert [name for name, _ in matrix.rows] == ["T-shirt", "Dress", "All"]
    assert matrix.rows[1][1] == (Panel(None, "not assessed"), Panel(1.0, "1 of 1"), Panel(1.0, "1 of 1"))
    assert "T-shirt: Category accuracy 100 % (3 of 3), Colour accuracy 33 % (1 of 3)" in matrix.spoken


def test_rare_kinds_share_a_line_and_lose_no_article():
    matrix = quality_charts.accuracies([quality(f"a{kind}{number}", category=f"kind {kind}") for kind in range(20) for number in range(20 - kind)])
    assert len(matrix.rows) == 14 + 2
    assert matrix.rows[14][0] == "6 other kinds"
    assert matrix.rows[14][1][0].note == "21 of 21"


@pytest.mark.parametrize(
    ("scores", "bars"),
    [
        pytest.param([28.0], {"28": 1}, id="one score"),
        pytest.param([28.4, 28.5, 29.0], {"28": 1, "28.5": 1, "29": 1}, id="steps of a half where scores are close"),
        pytest.param([10.0, 39.0], {"8": 1, "38": 1}, id="wider steps where they are far apart"),
        pytest.param([-3.0, 0.0, 2.0], {"-3": 1, "0": 1, "2": 1}, id="negative scores too"),
        pytest.param([0.0, 1000.0], {"0": 1, "1000": 1}, id="another scale"),
    ],
)
def test_no_clip_score_falls_out_of_the_histogram(scores, bars):
    chart = quality_charts.clip_histogram([quality(f"a{number}", clip=score) for number, score in enumerate(scores)])
    totals = {bar.label: bar.total for bar in chart.bars if bar.total}
    assert sum(totals.values()) == len(scores)
    assert len(chart.bars) <= 15
    if "1000" not in bars and "38" not in bars:
        assert totals == bars


def test_unjudged_pictures_stand_apart_in_the_clip_histogram():
    chart = quality_charts.clip_histogram([quality("a", clip=28.0), unjudged("b", clip_score=28.1)])
    assert filled(chart.bars[0]) == {"excellent": 1, "held": 1}


def test_the_curve_has_no_point_where_no_picture_is():
    curve = quality_charts.clip_curve(shard())
    shares = {point.x: point.y for point in curve.points}
    assert (shares[20], shares[25], shares[32], shares[33]) == (pytest.approx(2 / 3), 1.0, 1.0, None)
    assert [point.x for point in curve.points] == list(range(20, 36))


def test_attempts_are_split_by_their_end():
    chart = quality_charts.attempts(shard())
    assert [(bar.label, filled(bar)) for bar in chart.bars] == [("1", {"released": 2}), ("2", {"released": 1}), ("3", {"fail": 1})]


def test_causes_are_split_by_verdict():
    chart = quality_charts.causes(shard())
    assert [(bar.label, filled(bar)) for bar in chart.bars] == [("Main colour", {"pass": 1, "fail": 1}), ("Pattern missing", {"pass": 1})]


def test_every_figure_says_what_is_counted():
    for figure in quality_charts.figures(shard()).values():
        assert figure.counted
        assert figure.axis


def test_the_gallery_gets_what_can_be_drawn():
    assert [figure.title for figure in quality_charts.further_figures([quality(clip=None)])] == ["Accuracy by category", "Attempts per article"]
    assert len(quality_charts.further_figures(shard())) == 5


def test_without_articles_every_figure_says_so():
    for figure in quality_charts.figures([]).values():
        assert not figure.filled
        assert figure.empty.endswith(".")
