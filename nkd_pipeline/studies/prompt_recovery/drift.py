"""Going round: prompt, picture, caption of the picture, picture of the caption, and so on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nkd_pipeline.execution.seeds import article_seed
from nkd_pipeline.models.picture_likeness import PictureComparer
from nkd_pipeline.records import GeneratedImage
from nkd_pipeline.records.studies import Caption, CaptionedPicture, PictureLikeness, PictureOrder, PicturePair
from nkd_pipeline.studies.common.made import Made
from nkd_pipeline.studies.common.running import StudyRun, joined, picture_file
from nkd_pipeline.studies.common.trainings import model_folder
from nkd_pipeline.studies.prompt_recovery.settings import settings
from nkd_pipeline.studies.prompt_recovery.steps import CAPTIONER, IMAGES, RECOVERED, held_out_pictures, is_photo

DRIFT = "prompt_drift"
TEXTS, PICTURES, LIKENESS = "drift_texts", "drift_images", "drift_likeness"  # one shard a round
OF_TEXTS = "photo_texts"  # shard: pictures of what people say of the photos


@dataclass(frozen=True, slots=True)
class Round:
    """What came of one round, by article; an article whose caption names no garment has no picture, and is lost from then on."""

    number: int
    texts: Mapping[str, str]
    pictures: Mapping[str, CaptionedPicture]
    likeness: Mapping[str, PictureLikeness]  # to round 0


def prompt_drift(run: StudyRun) -> Made:
    """What becomes of prompts and pictures that go round: a picture is captioned, a picture is made of the caption, and so on.

    Starts from held-out pictures, and from the photos where there are some. Seeds stay the same, so that the same text gives the same picture; what
    changes is what gets lost on the way. Each round is compared with round 0.
    """
    rounds = run_rounds(run)
    last = rounds[-1]
    values = {"articles": len(rounds[0].pictures), "rounds": last.number, "lost": len(rounds[0].pictures) - len(last.pictures)}
    return Made(len(last.likeness), values)


def run_rounds(run: StudyRun) -> list[Round]:
    """All rounds, the start as round 0."""
    wanted = settings(run.study.profile)
    pictures = held_out_pictures(run)
    start = [*[picture for picture in pictures if not is_photo(picture)][: wanted.drifting], *[picture for picture in pictures if is_photo(picture)]]
    rounds = [Round(0, {picture.article_id: picture.text for picture in start}, {picture.article_id: picture for picture in start}, {})]
    for number in range(1, wanted.rounds + 1):
        rounds.append(_round(run, number, rounds[0], rounds[-1]))
    return rounds


def pictures_of_photo_texts(run: StudyRun) -> dict[str, PictureLikeness]:
    """How alike each photo is to the picture that is made of its description."""
    photos = {picture.article_id: picture for picture in held_out_pictures(run) if is_photo(picture)}
    if not photos:
        return {}
    texts = {article_id: picture.text for article_id, picture in photos.items()}
    made = _draw(run, OF_TEXTS, texts)
    return _compare(run, OF_TEXTS, photos, _shown(run, made, texts))


def _round(run: StudyRun, number: int, first: Round, before: Round) -> Round:
    shard, ids = f"round-{number}", list(before.texts)
    stage = run.study.profile.stage(RECOVERED, model=str(model_folder(run.study, CAPTIONER)))
    said = run.table(TEXTS, Caption, stage, joined(ids, before.pictures, "the round before", lambda picture: picture), shard=shard)
    texts = {article_id: caption.text for article_id, caption in said.items()}
    pictures = _shown(run, _draw(run, shard, texts), texts)
    return Round(number, texts, pictures, _compare(run, shard, first.pictures, pictures))


def _draw(run: StudyRun, shard: str, texts: Mapping[str, str]) -> dict[str, GeneratedImage]:
    orders = [PictureOrder(article_id, article_seed(article_id, 1), text) for article_id, text in texts.items()]
    return run.table(PICTURES, GeneratedImage, run.study.profile.stage(IMAGES), orders, shard=shard)


def _shown(run: StudyRun, images: Mapping[str, GeneratedImage], texts: Mapping[str, str]) -> dict[str, CaptionedPicture]:
    return {
        article_id: CaptionedPicture(article_id, texts[article_id], image.sha256, True, picture_file(run.study, image))
        for article_id, image in images.items()
    }


def _compare(run: StudyRun, shard: str, first: Mapping[str, CaptionedPicture], second: Mapping[str, CaptionedPicture]) -> dict[str, PictureLikeness]:
    pairs: Sequence[PicturePair] = [
        PicturePair(article_id, first[article_id].sha256, picture.sha256, first[article_id].image_file, picture.image_file)
        for article_id, picture in second.items()
    ]
    return run.table(LIKENESS, PictureLikeness, PictureComparer(run.study.profile.stage("clip_scores")), pairs, shard=shard)
