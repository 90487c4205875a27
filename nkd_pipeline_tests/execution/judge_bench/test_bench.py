"""What the bench counts, and one small run of it through the judges of profile sketch."""

from nkd_pipeline.execution.judge_bench.bench import BY_NAME, Judged, blind_spots, defects_of, false_alarms, recall, run_bench
from nkd_pipeline.execution.judge_bench.defects import DEFECTS
from nkd_pipeline.execution.profile import load_profile
from nkd_pipeline.records import ASPECTS, Deviation, RubricReport
from nkd_pipeline.rubric.rules import load_rubric

CAUSES = tuple(cause for defect in DEFECTS for cause in defect.causes)


def judged(defect, *seen, assessed=ASPECTS, asked=CAUSES):
    deviations = tuple(Deviation(aspect, "slight", -0.5, "pixel", "cause", 1.0, "says") for aspect in seen)
    missing = tuple(f"{aspect}: nobody can" for aspect in ASPECTS if aspect not in assessed)
    return Judged(defect, RubricReport("a", 1, 10.0 - len(seen) / 2, "pass", assessed, missing, deviations, asked=asked))


def test_a_defect_counts_as_seen_only_in_its_own_aspect():
    rows = [judged("crop", "pose_framing"), judged("crop", "colour"), judged("crop"), judged("", "pose_framing")]
    assert (recall(rows, ["crop"]).hits, recall(rows, ["crop"]).n) == (1, 3)


def test_alarms_on_good_pictures_are_false():
    rows = [judged("", "colour"), judged(""), judged("", "realism"), judged("wrong colour", "colour")]
    assert false_alarms(rows, "colour").share == 1 / 3


def test_a_defect_that_nobody_looked_for_is_not_overlooked_even_when_its_aspect_was_assessed():
    found = recall([judged("missing print", asked=("pattern_class",)), judged("missing print", "pattern_print")], ["missing print"])
    assert (found.hits, found.n, found.unseen) == (1, 1, 1)


def test_every_cause_is_one_of_the_rubrics_own():
    aspects = load_rubric().aspects
    for defect in DEFECTS:
        known = {rule.name for rule in aspects[defect.aspect].rules} | {cause for rule in aspects[defect.aspect].answers for cause in rule.causes}
        assert set(defect.causes) <= known


def test_what_no_judge_assessed_is_neither_seen_nor_overlooked():
    without = tuple(aspect for aspect in ASPECTS if aspect != "construction")
    rows = [judged("wrong neckline", assessed=without, asked=()), judged("", assessed=without)]
    found = recall(rows, defects_of("construction"))
    assert (found.share, found.unseen) == (None, 1)
    assert blind_spots(rows) == {"construction": "nobody can"}


def test_a_run_judges_every_picture_once(tmp_path):
    told = set()
    rows = run_bench(load_profile("sketch"), tmp_path, 8, seed=2, size=256, progress=lambda what, done, todo: told.add((what, done == todo)))
    assert [row.defect for row in rows] == ["", *[name for defect in list(BY_NAME)[:4] for name in (defect, "")]][:8]
    assert {what for what, done in told if done} >= {"drawing", "rubric_reports"}
    assert len(list(tmp_path.glob("*.png"))) == 8
