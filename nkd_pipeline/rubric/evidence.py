"""What the answers of models and the marks of people come to, by the rubric's rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median

from nkd_pipeline.metrics.agreement import MARKS, consensus
from nkd_pipeline.records import ASPECTS, Deviation, HumanMark, PictureAnswers
from nkd_pipeline.rubric.deductions import Findings
from nkd_pipeline.rubric.rules import Rubric

HUMAN = "human"


def judge_answers(given: PictureAnswers, rubric: Rubric) -> Findings:
    """Applies the rubric's rules to one judge's answers. An aspect with at least one answer that a rule reads is assessed.

    The measures name the worst value per cause, and what the judge was not asked about.
    """
    deviations: list[Deviation] = []
    assessed: set[str] = set()
    asked: dict[str, None] = {}
    measures: dict[str, float] = {}
    for answer in given.answers:
        rule = rubric.answer_rule(answer.aspect, answer.cause, given.judge, given.model)
        if rule is None:
            continue
        value, name = rule.value(answer), f"{given.judge}_{answer.cause}"
        assessed.add(answer.aspect)
        asked[answer.cause] = None
        measures[name] = round(min(value, measures.get(name, value)), 4)
        severity = rule.severity(value)
        if severity is not None:
            points = rubric.scoring.points(severity)
            deviations.append(Deviation(answer.aspect, severity, points, given.judge, answer.cause, round(value, 4), rule.sentence(answer)))
    left_out = {f"{given.judge}_left_out": given.reason} if given.answers and given.reason else {}
    aspects = tuple(aspect for aspect in ASPECTS if aspect in assessed)
    return Findings(tuple(deviations), aspects, measures={**measures, **left_out}, asked=tuple(asked))


def judge_marks(marks: Sequence[HumanMark], rubric: Rubric) -> Findings:
    """What people found: at most one deviation in each aspect that they marked.

    The median of the marks counts, an even split as the worse; of several marks of one reviewer for an aspect the latest.
    """
    deviations = []
    by_aspect = {aspect: _latest(mark for mark in marks if mark.aspect == aspect) for aspect in ASPECTS}
    marked = {aspect: given for aspect, given in by_aspect.items() if given}
    for aspect, given in marked.items():
        severity = consensus([mark.mark for mark in given])
        if severity != "none":
            points, weight = rubric.scoring.points(severity), float(median(MARKS.index(mark.mark) for mark in given))
            deviations.append(Deviation(aspect, severity, points, HUMAN, HUMAN, weight, _said(aspect, given, rubric)))
    return Findings(tuple(deviations), tuple(marked))


def _latest(marks: Iterable[HumanMark]) -> list[HumanMark]:
    """One mark per reviewer, by the reviewers' names."""
    latest = {mark.reviewer: mark for mark in sorted(marks, key=lambda mark: mark.marked_at)}
    return [latest[name] for name in sorted(latest)]


def _said(aspect: str, marks: Sequence[HumanMark], rubric: Rubric) -> str:
    counts = Counter(mark.mark for mark in marks)
    summary = ", ".join(f"{counts[mark]} {mark}" for mark in reversed(MARKS) if counts[mark])
    return f"{rubric.aspects[aspect].title} marked by {len(marks)}: {summary} ({', '.join(f'{mark.reviewer}: {mark.mark}' for mark in marks)})"
