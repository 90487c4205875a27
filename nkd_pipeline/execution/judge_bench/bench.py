"""Runs the judges of a profile over the bench's pictures and counts what they saw."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nkd_pipeline.execution.judge_bench.cases import GOOD, Case, make_cases
from nkd_pipeline.execution.judge_bench.defects import DEFECTS
from nkd_pipeline.execution.outcome import Outcome, RunOptions
from nkd_pipeline.execution.profile import Profile
from nkd_pipeline.execution.runner import run_stage
from nkd_pipeline.records import ASPECTS, EvidencedImage, JudgedImage, RubricReport

BY_NAME = {defect.name: defect for defect in DEFECTS}


@dataclass(frozen=True, slots=True)
class Judged:
    """One case with the report on its picture."""

    defect: str
    report: RubricReport


@dataclass(frozen=True, slots=True)
class Rate:
    """`hits` of `n`; for `unseen` more no judge looked."""

    hits: int
    n: int
    unseen: int

    @property
    def share(self) -> float | None:
        """0..1; None when there was nothing to count."""
        return self.hits / self.n if self.n else None


def run_bench(profile: Profile, folder: Path, count: int, seed: int, size: int, progress: Callable[[str, int, int], None]) -> list[Judged]:
    """Draws `count` pictures into the folder and judges them with the profile's probe, VQA and rubric stages.

    Raises LoadError when a stage cannot be loaded, RuntimeError when a judge fails on a picture.
    """
    drawn: dict[str, tuple[str, JudgedImage]] = {}
    for done, case in enumerate(make_cases(count, seed, size, profile.run.workers), start=1):
        drawn[case.order.article_id] = (case.defect, _stored(case, folder))
        progress("drawing", done, count)
    pictures = [image for _, image in drawn.values()]
    probe, vqa = (_answers(profile, asset, pictures, progress) for asset in ("probe_answers", "vqa_answers"))
    evidence = [EvidencedImage(image, probe[image.article_id], vqa[image.article_id]) for image in pictures]
    reports = _answers(profile, "rubric_reports", evidence, progress)
    return [Judged(defect, reports[article_id]) for article_id, (defect, _) in drawn.items()]


def _stored(case: Case, folder: Path) -> JudgedImage:
    file = folder / f"{case.order.article_id}.png"
    file.write_bytes(case.png)
    order = case.order
    return JudgedImage(order.article_id, 1, hashlib.sha256(case.png).hexdigest(), order.prompt, order.attributes, str(file))


def _answers(profile: Profile, asset: str, orders: Sequence[Any], progress: Callable[[str, int, int], None]) -> Mapping[str, Any]:
    options = RunOptions(workers=profile.run.workers, progress=lambda done, todo: progress(asset, done, todo))
    outcome: Outcome[Any] = run_stage(profile.stage(asset), orders, {}, lambda _: None, options=options)
    for row in outcome.rows.values():
        if row.record is None:
            raise RuntimeError(f"{asset} of {row.state.article_id}: {row.state.error}")
    return {article_id: row.record for article_id, row in outcome.rows.items()}


def recall(judged: Iterable[Judged], defects: Collection[str]) -> Rate:
    """Of the pictures with one of the defects, for which a judge looked, those in which one saw a deviation in the defect's aspect."""
    hits = seen = unseen = 0
    for row in judged:
        if row.defect not in defects:
            continue
        defect = BY_NAME[row.defect]
        if set(defect.causes) & set(row.report.asked):
            seen += 1
            hits += any(deviation.aspect == defect.aspect for deviation in row.report.deviations)
        else:
            unseen += 1
    return Rate(hits, seen, unseen)


def false_alarms(judged: Iterable[Judged], aspect: str) -> Rate:
    """Of the good pictures whose aspect was assessed, those in which a judge saw a deviation in it all the same."""
    good = [row.report for row in judged if row.defect == GOOD]
    assessed = [report for report in good if aspect in report.assessed]
    hits = sum(any(deviation.aspect == aspect for deviation in report.deviations) for report in assessed)
    return Rate(hits, len(assessed), len(good) - len(assessed))


def defects_of(aspect: str) -> tuple[str, ...]:
    """The names of the defects that belong to an aspect."""
    return tuple(defect.name for defect in DEFECTS if defect.aspect == aspect)


def blind_spots(judged: Sequence[Judged]) -> dict[str, str]:
    """By aspect why nobody assesses it, for those that were not assessed on a single picture."""
    never = [aspect for aspect in ASPECTS if not any(aspect in row.report.assessed for row in judged)]
    reasons = [reason.partition(": ") for row in judged for reason in row.report.not_assessed]
    return {aspect: next((why for name, _, why in reasons if name == aspect), "") for aspect in never}
