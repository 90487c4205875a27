"""From deviations to score and verdict: the paper's "Deductive Scoring", whoever the judges were."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from nkd_pipeline.records import ASPECTS, Deviation, RubricReport
from nkd_pipeline.rubric.rules import Rubric, load_rubric

_WORST_FIRST = {"strong": 0, "slight": 1}


@dataclass(frozen=True, slots=True)
class Findings:
    """What one judge says of one picture; `reasons` tells why an aspect was not assessed."""

    deviations: tuple[Deviation, ...] = ()
    assessed: tuple[str, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    measures: Mapping[str, object] = field(default_factory=dict)
    asked: tuple[str, ...] = ()  # causes that were looked for


def merge(deviations: Sequence[Deviation], rubric: Rubric | None = None) -> tuple[Deviation, ...]:
    """Joins deviations of the same aspect and cause into one, however many judges saw it: the worst counts, all judges are named.

    The rubric's `same` says which causes of other names are one. Returned in the order of the aspects, the worst first within one.
    """
    aspects = (rubric or load_rubric()).aspects
    by_cause: dict[tuple[str, str], Deviation] = {}
    for deviation in deviations:
        cause = (deviation.aspect, aspects[deviation.aspect].same.get(deviation.measure, deviation.measure))
        known = by_cause.get(cause)
        if known is None:
            by_cause[cause] = deviation
            continue
        worst = min(known, deviation, key=lambda item: _WORST_FIRST[item.severity])
        judges = "+".join(sorted({*known.judge.split("+"), *deviation.judge.split("+")}))
        by_cause[cause] = replace(worst, judge=judges, box=worst.box or known.box or deviation.box)
    return tuple(sorted(by_cause.values(), key=lambda item: (ASPECTS.index(item.aspect), _WORST_FIRST[item.severity], item.measure)))


def score(deviations: Sequence[Deviation], rubric: Rubric | None = None) -> float:
    """Returns the base less the deductions, not below 0; the deviations must be merged already."""
    base = (rubric or load_rubric()).scoring.base
    return max(0.0, round(base + sum(deviation.points for deviation in deviations), 4))


def verdict(points: float, rubric: Rubric | None = None) -> str:
    """Returns "excellent", "pass" or "fail" for a score."""
    scoring = (rubric or load_rubric()).scoring
    if points >= scoring.excellent:
        return "excellent"
    return "pass" if points > scoring.passing else "fail"


def conclude(
    article_id: str, attempt: int, findings: Sequence[Findings], rubric: Rubric | None = None, people: Findings | None = None
) -> RubricReport:
    """Joins what the judges found into one report; an aspect that no judge looked at is named with the reason and gives no free point.

    In an aspect that `people` assessed only their deviations count; those of the machine are kept in the measures, as `overruled`;
    `machine` there says by aspect what the machine alone would have marked: none, slight or strong.
    """
    rubric, people = rubric or load_rubric(), people or Findings()
    merged = merge([deviation for judge in findings for deviation in judge.deviations], rubric)
    overruled = [deviation for deviation in merged if deviation.aspect in people.assessed]
    deviations = merge([*(deviation for deviation in merged if deviation not in overruled), *people.deviations], rubric)
    seen = {aspect for judge in (*findings, people) for aspect in judge.assessed} | {deviation.aspect for deviation in deviations}
    reasons = {aspect: reason for judge in reversed(findings) for aspect, reason in judge.reasons.items()}
    missing = [aspect for aspect in ASPECTS if aspect not in seen]
    measures = {name: value for judge in findings for name, value in judge.measures.items()}
    if overruled:
        measures["overruled"] = [f"{item.aspect}, {item.measure}: {item.severity} by {item.judge}, {item.says}" for item in overruled]
    if people.assessed:
        alone = {aspect: "none" for judge in findings for aspect in judge.assessed}
        # the worst of an aspect comes first, so it is set last
        measures["machine"] = alone | {item.aspect: item.severity for item in reversed(merged)}
    points = score(deviations, rubric)
    return RubricReport(
        article_id=article_id,
        attempt=attempt,
        score=points,
        verdict=verdict(points, rubric),
        assessed=tuple(aspect for aspect in ASPECTS if aspect in seen),
        not_assessed=tuple(f"{aspect}: {reasons.get(aspect, rubric.aspects[aspect].not_assessed)}" for aspect in missing),
        deviations=deviations,
        measures=json.dumps(measures, sort_keys=True, ensure_ascii=False),
        asked=tuple(dict.fromkeys(cause for judge in findings for cause in judge.asked)),
    )
