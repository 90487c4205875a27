"""Judging a study's pictures as the main flow judges its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nkd_pipeline.records import ClipScore, EvidencedImage, GeneratedImage, ImageOrder, JudgedImage, PictureAnswers, RubricReport
from nkd_pipeline.studies.common.running import StudyRun, joined, picture_file

JUDGES = ("clip_scores", "probe_answers", "vqa_answers", "rubric_reports")  # the profile's stages that take part, and the tables they fill


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the profile's judges say of pictures, by article."""

    clip: Mapping[str, ClipScore]
    rubric: Mapping[str, RubricReport]


def judge_pictures(run: StudyRun, shard: str, images: Mapping[str, GeneratedImage], orders: Mapping[str, ImageOrder]) -> Judgement:
    """Brings the four tables of the judges up to date for these pictures; `orders` say what each of them should show."""
    profile = run.study.profile
    shown = {
        key: JudgedImage(key, image.attempt, image.sha256, orders[key].prompt, orders[key].attributes, picture_file(run.study, image))
        for key, image in images.items()
    }
    clip = run.table("clip_scores", ClipScore, profile.stage("clip_scores"), [*shown.values()], shard=shard)
    probe, vqa = (
        run.table(asset, PictureAnswers, profile.stage(asset), [*shown.values()], shard=shard) for asset in ("probe_answers", "vqa_answers")
    )
    both = {key: EvidencedImage(shown[key], probe[key], vqa[key]) for key in shown if key in probe and key in vqa}
    evidenced = joined(shown, both, "an answer", lambda image: image)
    return Judgement(clip, run.table("rubric_reports", RubricReport, profile.stage("rubric_reports"), evidenced, shard=shard))
