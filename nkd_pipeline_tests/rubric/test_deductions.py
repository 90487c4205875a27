"""Deductive scoring: the paper's arithmetic, and that nothing counts twice."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nkd_pipeline.records import ASPECTS, Deviation
from nkd_pipeline.rubric.deductions import Findings, conclude, merge, score, verdict

POINTS = {"slight": -0.5, "strong": -1.5}


def deviation(severity="slight", aspect="colour", measure="main_colour", judge="pixel"):
    return Deviation(aspect, severity, POINTS[severity], judge, measure, 1.0, f"{measure} is wrong")


@pytest.mark.parametrize(
    ("severities", "points", "says"),
    [
        pytest.param([], 10.0, "excellent", id="nothing to deduct"),
        pytest.param(["slight"], 9.5, "excellent", id="9.5 is still excellent"),
        pytest.param(["slight"] * 2, 9.0, "pass", id="two slight ones pass"),
        pytest.param(["slight"] * 3, 8.5, "fail", id="8.5 itself fails: the paper says <= 8.5"),
        pytest.param(["strong"], 8.5, "fail", id="one strong mismatch fails"),
        pytest.param(["strong", "slight"], 8.0, "fail", id="both kinds add up"),
        pytest.param(["strong"] * 9, 0.0, "fail", id="the score does not fall below 0"),
    ],
)
def test_verdict_follows_the_paper(severities, points, says):
    deviations = [deviation(severity, measure=f"cause {i}") for i, severity in enumerate(severities)]
    assert score(deviations) == points
    assert verdict(score(deviations)) == says


@pytest.mark.parametrize(
    ("points", "says"),
    [
        pytest.param(9.5, "excellent", id="exactly 9.5"),
        pytest.param(9.49, "pass", id="just below"),
        pytest.param(8.51, "pass", id="just above 8.5"),
        pytest.param(8.5, "fail", id="exactly 8.5"),
    ],
)
def test_borders_of_the_verdict(points, says):
    assert verdict(points) == says


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param([deviation(), deviation(judge="vqa")], [("slight", "pixel+vqa")], id="two judges, one cause: once, both named"),
        pytest.param([deviation(), deviation()], [("slight", "pixel")], id="one judge twice, against prompt and description: once"),
        pytest.param([deviation(), deviation("strong", judge="human")], [("strong", "human+pixel")], id="the worse severity counts"),
        pytest.param([deviation("strong", judge="human"), deviation()], [("strong", "human+pixel")], id="in whatever order"),
        pytest.param([deviation(), deviation(measure="second_colour")], [("slight", "pixel")] * 2, id="two causes in one aspect are two"),
        pytest.param([deviation(aspect="realism"), deviation()], [("slight", "pixel")] * 2, id="the same word in two aspects is two"),
    ],
)
def test_a_cause_counts_once(seen, expected):
    assert [(item.severity, item.judge) for item in merge(seen)] == expected


def test_merged_deviations_stand_in_the_order_of_the_aspects():
    merged = merge([deviation(aspect="realism"), deviation(aspect="colour"), deviation("strong", aspect="realism", measure="blurred")])
    assert [(item.aspect, item.severity) for item in merged] == [("colour", "slight"), ("realism", "strong"), ("realism", "slight")]


any_deviation = st.builds(
    deviation, st.sampled_from(["slight", "strong"]), st.sampled_from(ASPECTS), st.sampled_from("abc"), st.sampled_from(["pixel", "vqa", "human"])
)


@given(st.lists(any_deviation, max_size=12))
def test_merging_is_settled_after_once_and_no_judge_can_raise_a_score(deviations):
    merged = merge(deviations)
    assert merge(merged) == merged
    assert score(merge(deviations[:-1])) >= score(merged)


def test_an_aspect_nobody_looked_at_is_named_with_the_reason():
    report = conclude("a1", 2, [Findings(assessed=("colour", "realism"), reasons={"pose_framing": "nothing to see"}, measures={"sharpness": 0.6})])
    assert report.assessed == ("colour", "realism")
    assert [line.split(":")[0] for line in report.not_assessed] == [aspect for aspect in ASPECTS if aspect not in report.assessed]
    assert "pose_framing: nothing to see" in report.not_assessed
    assert all("judge" in line or "nothing to see" in line for line in report.not_assessed)
    assert (report.article_id, report.attempt, report.score, json.loads(report.measures)) == ("a1", 2, 10.0, {"sharpness": 0.6})


def test_a_second_judge_fills_what_the_first_left_open():
    pixel = Findings((deviation(),), ("colour",), {"construction": "pixels cannot tell"})
    vqa = Findings((deviation("strong", judge="vqa"), deviation(aspect="construction", measure="neckline", judge="vqa")), ("colour", "construction"))
    report = conclude("a1", 1, [pixel, vqa])
    assert report.assessed == ("colour", "construction")
    assert report.score == 8.0
    assert [item.judge for item in report.deviations] == ["pixel+vqa", "vqa"]
