"""From where on answers of models cost points: by the rubric's thresholds, and by a model's own where it was measured."""

import itertools

import pytest

from nkd_pipeline.rubric.rules import load_rubric
from nkd_pipeline.rubric.topics import topics
from nkd_pipeline_tests.rubric.test_evidence import answer, found


def limits():
    """(aspect, cause, judge, measure, severity, threshold) of every rule for answers."""
    for aspect, entry in load_rubric().aspects.items():
        for rule in entry.answers:
            for cause, severity in itertools.product(rule.causes, ("slight", "strong")):
                if (limit := getattr(rule, severity)) is not None:
                    yield pytest.param(
                        aspect, cause, rule, severity, limit.below, id="-".join(filter(None, (cause, rule.judge, rule.model, severity)))
                    )


def test_a_model_with_thresholds_of_its_own_is_read_by_them_alone():
    doubt = answer(margin=-1.0)
    assert not found("probe", doubt, model="some CLIP").deviations
    assert [deviation.severity for deviation in found("probe", doubt, model="house-clip").deviations] == ["slight"]
    assert [deviation.severity for deviation in found("probe", answer(margin=-4.0), model="house-clip").deviations] == ["strong"]


@pytest.mark.parametrize(("aspect", "cause", "rule", "severity", "limit"), list(limits()))
def test_an_answer_costs_points_below_its_threshold_and_not_on_it(aspect, cause, rule, severity, limit):
    def severities(value):
        return [
            deviation.severity
            for deviation in found(rule.judge, answer(cause, aspect, **{rule.measure: value}), model=rule.model or "model").deviations
        ]

    assert severities(limit - 0.001) == [severity]
    assert severities(limit) != [severity]


def test_every_question_has_a_rule_for_both_judges_and_every_rule_a_question():
    asked = {(topic.aspect, entry.cause or cause) for cause, topic in topics().items() for entry in topic.entries.values()}
    asked |= {(topic.aspect, cause) for cause, topic in topics().items() if topic.palette}
    # a plain garment's print is not asked about: its pattern is
    read = {
        judge: {
            (name, cause) for name, aspect in load_rubric().aspects.items() for rule in aspect.answers if rule.judge == judge for cause in rule.causes
        }
        for judge in ("probe", "vqa")
    }
    assert read["probe"] == read["vqa"] == asked
