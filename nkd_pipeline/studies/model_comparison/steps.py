"""The steps of the study, each of which is an asset; what they tell is what the UI shows."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from statistics import fmean
from typing import Any

from nkd_pipeline.execution.engine import LoadError
from nkd_pipeline.execution.hashing import fingerprint_of, input_hash
from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.picture_likeness import PictureComparer
from nkd_pipeline.models.residency import release_all
from nkd_pipeline.records import GeneratedImage, ImageOrder
from nkd_pipeline.records.model_comparison import CandidateCost
from nkd_pipeline.records.studies import PictureLikeness, PicturePair
from nkd_pipeline.stage import Stage
from nkd_pipeline.studies.common.judging import Judgement, judge_pictures
from nkd_pipeline.studies.common.made import Made
from nkd_pipeline.studies.common.running import SHARD, StudyError, StudyRun, picture_file, read_plain
from nkd_pipeline.studies.model_comparison.article import describe_article, picture_orders, read_article
from nkd_pipeline.studies.model_comparison.metering import Metered
from nkd_pipeline.studies.model_comparison.reference import is_nearly_the_photo, reference_picture, store_reference
from nkd_pipeline.studies.model_comparison.settings import Candidate, candidate_stage, settings

ARTICLE, IMAGES, SCORES = "controlled_article", "model_images", "model_scores"
COSTS, LIKENESS = "candidate_costs", "reference_likeness"  # tables without an asset of their own
UNMEASURED = "not measured: the run that made its pictures was cut off"
FOREIGN = ("second_object", "person", "background_busy")  # causes of the rubric: something in the picture that is not the article


@dataclasses.dataclass(frozen=True, slots=True)
class Result:
    """What came of one model, by picture."""

    cost: CandidateCost
    images: Mapping[str, GeneratedImage]
    judged: Judgement
    likeness: Mapping[str, PictureLikeness]  # to the reference photo; empty where there is none


def controlled_article(run: StudyRun) -> Made:
    """The one article that all models paint: its texts read by the embedded stages, whatever the profile, so that all are told the same.

    A men's T-shirt in blue melange with a bold front print, unless the settings name another; and the reference photo, where one is given.
    """
    wanted = settings(run.study.profile)
    described = describe_article(run, read_article(wanted.article))
    prompt = described["prompts"]
    reference = store_reference(run, prompt, described["extracted_attributes"])
    values = {"prompt": prompt.prompt, "reference": reference.source if reference else None}
    return Made(1, values, pictures={"reference_photo": [Path(reference.image_file)] if reference else []})


def model_images(run: StudyRun) -> Made:
    """Pictures of the article by each model of the profile's list: the same prompt, the same seeds, one after the other in one process.

    Seconds and peak memory are measured meanwhile. A model that cannot be loaded or makes no picture is named with the reason and holds up nobody.
    """
    wanted = settings(run.study.profile)
    orders = picture_orders(run, ARTICLE, wanted.pictures)
    stages = {candidate.name: Metered(candidate_stage(run.study.profile, candidate)) for candidate in wanted.candidates}  # wrong ones show at once
    known = {cost.candidate: cost for cost in run.study.tables.read_records(COSTS, CandidateCost, SHARD)}
    files: dict[str, list[Path]] = {}
    for name in wanted.names:
        known[name], images = _painted(run, name, stages.pop(name), orders, known.get(name))
        # after each model: what the next one does to this process must not cost the figures of those before
        run.plain(COSTS, CandidateCost, [known[other] for other in wanted.names if other in known])
        files[name] = [run.study.images.path(image) for image in images.values()]
    release_all()  # the judges come next
    costs = [known[name] for name in wanted.names]
    if not any(files.values()):
        raise StudyError("No model made a picture. " + " ".join(f"{cost.candidate}: {cost.problem}" for cost in costs))
    values = {f"{cost.candidate}_seconds": round(cost.picture_seconds, 3) for cost in costs if cost.picture_seconds is not None}
    problems = [{"model": cost.candidate, "problem": cost.problem} for cost in costs if cost.problem]
    return Made(sum(map(len, files.values())), values, pictures=files, table=problems)


def _painted(
    run: StudyRun, name: str, stage: Metered, orders: Mapping[str, ImageOrder], before: CandidateCost | None
) -> tuple[CandidateCost, Mapping[str, GeneratedImage]]:
    """One model's pictures, and what they took; what was measured when they were made stays when they are there already."""
    try:
        run.table(IMAGES, GeneratedImage, stage, [*orders.values()], shard=name)
        errors = [row.state.error for row in run.outcomes[f"{IMAGES} {name}"].rows.values() if row.state.error]
    except (LoadError, CheckpointError) as error:
        errors = [str(error)]
    images = _standing(run, name, stage, orders)
    kept = CandidateCost(name, stage.backend, "", 0, 0.0, None, None, 0, UNMEASURED if images else "")
    if before and before.pictures and images:
        kept = dataclasses.replace(before, problem="")
    cost = stage.cost(name) or kept
    return dataclasses.replace(cost, problem=errors[0]) if errors else cost, images


def _standing(run: StudyRun, name: str, stage: Stage[Any, Any], orders: Mapping[str, ImageOrder]) -> dict[str, GeneratedImage]:
    """The model's pictures that are of these orders and of the settings as they are now; others may lie there when it could not be loaded since."""
    try:
        fingerprint = fingerprint_of(stage)
    except CheckpointError:
        return {}
    rows = run.study.tables.read(IMAGES, GeneratedImage, name)
    wanted = {key: input_hash(order, fingerprint) for key, order in orders.items()}
    return {key: row.record for key, row in rows.items() if row.record is not None and row.state.input_hash == wanted.get(key)}


def model_scores(run: StudyRun) -> Made:
    """What the profile's judges say of each picture: CLIP, the rubric's nine aspects; and how much it is like the reference photo.

    The overfit alarm is raised for pictures that are nearly that photo.
    """
    wanted, results = settings(run.study.profile), compared(run)
    alarms = {name: sum(is_nearly_the_photo(found, wanted) for found in result.likeness.values()) for name, result in results.items()}
    table: list[dict[str, str | int | float | None]] = [
        {
            "model": name,
            "rubric": round(fmean(report.score for report in result.judged.rubric.values()), 2) if result.judged.rubric else None,
            "foreign objects": sum(map(bool, foreign_objects(result).values())),
            "nearly the reference": alarms[name],
        }
        for name, result in results.items()
    ]
    return Made(sum(len(result.judged.rubric) for result in results.values()), {"overfit_alarms": sum(alarms.values())}, table=table)


def compared(run: StudyRun) -> dict[str, Result]:
    """All models in the profile's order, judged; those that made no picture have none. Raises StudyError before there are pictures."""
    costs = {cost.candidate: cost for cost in read_plain(run.study, COSTS, CandidateCost, IMAGES)}
    wanted = settings(run.study.profile)
    orders = picture_orders(run, ARTICLE, wanted.pictures)
    return {candidate.name: _judged(run, candidate, costs[candidate.name], orders) for candidate in wanted.candidates if candidate.name in costs}


def foreign_objects(result: Result) -> dict[str, tuple[str, ...]]:
    """By judged picture, what the judges see in it that is not the article."""
    return {key: tuple(found.says for found in report.deviations if found.measure in FOREIGN) for key, report in result.judged.rubric.items()}


def _judged(run: StudyRun, candidate: Candidate, cost: CandidateCost, orders: Mapping[str, ImageOrder]) -> Result:
    name = candidate.name
    images = _standing(run, name, candidate_stage(run.study.profile, candidate), orders)
    if not images:
        return Result(cost, {}, Judgement({}, {}), {})
    return Result(cost, images, judge_pictures(run, name, images, orders), _likeness(run, name, images))


def _likeness(run: StudyRun, name: str, images: Mapping[str, GeneratedImage]) -> dict[str, PictureLikeness]:
    reference = reference_picture(run)
    if reference is None:
        return {}
    pairs = [PicturePair(key, image.sha256, reference.sha256, picture_file(run.study, image), reference.image_file) for key, image in images.items()]
    return run.table(LIKENESS, PictureLikeness, PictureComparer(run.study.profile.stage("clip_scores")), pairs, shard=name)
