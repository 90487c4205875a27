"""What answers and marks cost: thresholds, causes that several judges see, and people who know better."""

import itertools
import json

import cv2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nkd_pipeline.records import ASPECTS, Answer, Deviation, EvidencedImage, HumanMark, JudgedImage, PictureAnswers
from nkd_pipeline.rubric.deductions import Findings, conclude
from nkd_pipeline.rubric.evidence import judge_answers, judge_marks
from nkd_pipeline.rubric.judge import RubricJudge, RubricSettings
from nkd_pipeline.rubric.rules import load_rubric
from nkd_pipeline_tests.rubric.pictures import attributes, draw, prompt

POINTS = {"slight": -0.5, "strong": -1.5}


def answer(cause="neckline", aspect="construction", margin=5.0, probability=0.9, stated="v-neck", best="crew neck"):
    return Answer(aspect, cause, f"is it {stated}?", stated, best, probability, margin)


def answers(judge, *given_answers, reason="", model="model"):
    return PictureAnswers("a1", 1, judge, model, given_answers, reason)


def found(judge, *given_answers, reason="", model="model"):
    return judge_answers(answers(judge, *given_answers, reason=reason, model=model), load_rubric())


def mark(reviewer, mark="slight", aspect="colour", at="2030-01-01T10:00:00+00:00"):
    return HumanMark("a1", 1, "0" * 64, reviewer, aspect, mark, at)


def people(*marks):
    return judge_marks(marks, load_rubric())


def deviation(severity="slight", aspect="colour", measure="main_colour", judge="pixel", box=()):
    return Deviation(aspect, severity, POINTS[severity], judge, measure, 1.0, f"{measure} is wrong", box)


def test_a_deviation_says_what_was_stated_and_what_was_seen():
    (one,) = found("probe", answer(margin=-2.25)).deviations
    assert (one.aspect, one.measure, one.judge, one.value, one.severity) == ("construction", "neckline", "probe", -2.25, "slight")
    assert "v-neck" in one.says
    assert "crew neck" in one.says
    (one,) = found("vqa", answer(probability=0.01, best="")).deviations
    assert "is it v-neck?" in one.says
    assert "1%" in one.says


def test_good_answers_cost_nothing_and_make_their_aspects_assessed():
    seen = found("vqa", answer(), answer("garment_type", "garment_type"), reason="nothing is asked about material: cotton")
    assert (seen.deviations, seen.assessed) == ((), ("garment_type", "construction"))
    assert seen.measures == {"vqa_neckline": 0.9, "vqa_garment_type": 0.9, "vqa_left_out": "nothing is asked about material: cotton"}


def test_the_worst_of_several_answers_about_one_cause_is_measured():
    material = [answer("material", "material_texture", margin=value) for value in (3.0, -2.5, 1.0)]
    assert found("probe", *material).measures == {"probe_material": -2.5}


def test_who_was_not_asked_has_nothing_to_say():
    assert judge_answers(PictureAnswers("a1", 1, "", "", reason="no model"), load_rubric()) == Findings()
    assert found("probe", answer("aura", "realism")) == Findings()  # no rule for that


@pytest.mark.parametrize(
    ("findings", "points", "judges"),
    [
        pytest.param(
            [found("probe", answer(margin=-2)), found("vqa", answer(probability=0.1))], 9.5, ["probe+vqa"], id="two judges, one cause: once"
        ),
        pytest.param([found("probe", answer(margin=-2)), found("vqa", answer(probability=0.01))], 8.5, ["probe+vqa"], id="the worse severity counts"),
        pytest.param(
            [found("probe", answer(margin=-2), answer("sleeves", margin=-2))], 9.0, ["probe", "probe"], id="two causes in one aspect are two"
        ),
        pytest.param(
            [Findings((deviation("strong"),)), found("probe", answer("main_colour", "colour", margin=-9))],
            8.5,
            ["pixel+probe"],
            id="pixels and a model",
        ),
        pytest.param(
            [
                Findings((deviation(aspect="pattern_print", measure="pattern_missing"),)),
                found("vqa", answer("pattern_missing", "pattern_print", probability=0.1)),
            ],
            9.5,
            ["pixel+vqa"],
            id="the pattern's cause has the pixel judge's name",
        ),
    ],
)
def test_a_cause_counts_once_whoever_saw_it(findings, points, judges):
    report = conclude("a1", 1, findings)
    assert (report.score, [item.judge for item in report.deviations]) == (points, judges)


def test_a_missing_print_costs_its_points_once_though_its_motif_is_missing_too():
    missing = Findings((deviation("strong", "pattern_print", "print_missing"), deviation("slight", "pattern_print", "pattern_class")))
    report = conclude(
        "a1", 1, [missing, found("probe", answer("motif", "pattern_print", margin=-3), answer("pattern_missing", "pattern_print", margin=-9))]
    )
    assert [(item.measure, item.severity, item.judge) for item in report.deviations] == [
        ("pattern_missing", "strong", "pixel+probe"),
        ("print_missing", "strong", "pixel+probe"),
    ]


def test_a_merged_deviation_keeps_the_place_that_one_judge_knows():
    report = conclude("a1", 1, [Findings((deviation(box=(0.2, 0.3, 0.6, 0.7)),)), Findings((deviation("strong", judge="vqa"),))])
    assert [(item.severity, item.box) for item in report.deviations] == [("strong", (0.2, 0.3, 0.6, 0.7))]


@pytest.mark.parametrize(
    ("marks", "severity"),
    [
        pytest.param(["none"], None, id="one who sees nothing"),
        pytest.param(["strong"], "strong", id="one alone decides"),
        pytest.param(["none", "slight"], "slight", id="an even split counts as the worse"),
        pytest.param(["none", "strong"], "strong", id="also when they are far apart"),
        pytest.param(["none", "slight", "strong"], "slight", id="the median of three"),
        pytest.param(["none", "none", "strong"], None, id="two against one"),
        pytest.param(["slight", "slight", "strong", "strong"], "strong", id="two against two"),
        pytest.param(["none", "slight", "slight", "strong"], "slight", id="the middle two agree"),
    ],
)
def test_the_median_of_the_marks_counts(marks, severity):
    seen = people(*(mark(f"reviewer {number}", value) for number, value in enumerate(marks)))
    assert [item.severity for item in seen.deviations] == ([severity] if severity else [])
    assert seen.assessed == ("colour",)


@pytest.mark.parametrize(
    ("machine", "marks", "points", "left"),
    [
        pytest.param([deviation("strong")], [mark("ann", "none")], 10.0, [], id="people see nothing wrong"),
        pytest.param([], [mark("ann", "strong")], 8.5, [("colour", "human")], id="people see what the machine does not"),
        pytest.param([deviation("strong")], [mark("ann", "slight")], 9.5, [("colour", "human")], id="less wrong than the machine says"),
        pytest.param([deviation()], [mark("ann", "strong")], 8.5, [("colour", "human")], id="worse than the machine says"),
        pytest.param(
            [deviation(), deviation(measure="second_colour")], [mark("ann", "slight")], 9.5, [("colour", "human")], id="two causes, one mark"
        ),
        pytest.param([deviation(aspect="realism")], [mark("ann", "none")], 9.5, [("realism", "pixel")], id="other aspects stay the machine's"),
    ],
)
def test_people_overrule_the_machine_in_the_aspects_that_they_marked(machine, marks, points, left):
    report = conclude("a1", 1, [Findings(tuple(machine), ("colour", "realism"))], people=people(*marks))
    assert (report.score, [(item.aspect, item.judge) for item in report.deviations]) == (points, left)
    assert report.assessed == ("colour", "realism")
    kept = json.loads(report.measures).get("overruled", [])
    assert len(kept) == sum(item.aspect == "colour" for item in machine)  # what the machine saw is not lost


def test_a_mark_says_who_saw_what():
    (one,) = people(mark("ben", "none"), mark("ann", "strong"), mark("eve", "strong")).deviations
    assert one.says == "Colour marked by 3: 2 strong, 1 none (ann: strong, ben: none, eve: strong)"
    assert (one.judge, one.measure, one.value) == ("human", "human", 2.0)


def test_the_latest_mark_of_a_reviewer_counts():
    late, early = mark("ann", "none", at="2030-01-02T10:00:00+00:00"), mark("ann", "strong", at="2030-01-01T10:00:00+00:00")
    assert people(late, early).deviations == ()


def test_an_aspect_that_only_people_looked_at_is_assessed():
    report = conclude("a1", 1, [Findings()], people=people(mark("ann", "none", "target_group")))
    assert report.assessed == ("target_group",)
    assert len(report.not_assessed) == len(ASPECTS) - 1


def test_the_stage_joins_pixels_models_and_people(tmp_path):
    """A red garment that should be blue, a model that misses the neckline, one that doubts the colour, and a person who looked at the neckline."""
    file = tmp_path / "1.png"
    file.write_bytes(cv2.imencode(".png", draw(colour="red"))[1].tobytes())
    picture = JudgedImage("a1", 1, "0" * 64, prompt("blue"), attributes(neckline="v-neck"), str(file))
    probe, vqa = answers("probe", answer(margin=-9)), answers("vqa", answer("main_colour", "colour", probability=0.01))
    judge = RubricJudge(RubricSettings())
    machine, overruled = judge([EvidencedImage(picture, probe, vqa), EvidencedImage(picture, probe, vqa, (mark("ann", "none", "construction"),))])
    found = {(item.aspect, item.severity, item.judge) for item in machine.deviations}
    assert found == {("colour", "strong", "pixel+vqa"), ("construction", "strong", "probe")}
    assert (machine.score, overruled.score) == (7.0, 8.5)
    assert "construction" in overruled.assessed
    assert judge.backend == "rubric"


@pytest.mark.parametrize(("slight", "strong"), list(itertools.product(range(10), range(8))))
def test_every_combination_of_severities_scores_as_the_paper_says(slight, strong):
    deviations = [deviation("slight", measure=f"a{i}") for i in range(slight)] + [deviation("strong", measure=f"b{i}") for i in range(strong)]
    report = conclude("a1", 1, [Findings(tuple(deviations))])
    points = max(0.0, 10 - 0.5 * slight - 1.5 * strong)
    assert report.score == points
    assert report.verdict == ("excellent" if points >= 9.5 else "pass" if points > 8.5 else "fail")


marks = st.builds(mark, st.sampled_from(["ann", "ben", "eve"]), st.sampled_from(["none", "slight", "strong"]), st.sampled_from(ASPECTS))
given_answers = st.lists(
    st.builds(
        lambda pair, margin: answer(pair[1], pair[0], margin),
        st.sampled_from([("construction", "neckline"), ("colour", "main_colour")]),
        st.floats(-9, 9),
    ),
    max_size=4,
)


@given(given_answers, st.lists(marks, max_size=6))
def test_no_aspect_is_both_assessed_and_not_and_marked_ones_hold_one_human_deviation_at_most(asked, marked):
    report = conclude("a1", 1, [found("probe", *asked)], people=people(*marked))
    assert sorted([*report.assessed, *(line.split(":")[0] for line in report.not_assessed)]) == sorted(ASPECTS)
    touched = {item.aspect for item in marked}
    assert all((item.judge == "human") == (item.aspect in touched) for item in report.deviations)
    assert len({(item.aspect, item.measure) for item in report.deviations}) == len(report.deviations)
