"""What the report counts: what descriptions keep of their request and say themselves, scores and looks of their pictures, people's ratings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nkd_pipeline.metrics.picture_look import LookReader
from nkd_pipeline.metrics.words import keyword_retention
from nkd_pipeline.models.describing.asking import said
from nkd_pipeline.models.describing.template import named_in
from nkd_pipeline.records import Attributes, ClipScore, GeneratedImage, JudgedImage, Prompt
from nkd_pipeline.records.descriptions import Description, DescriptionOrder, PictureLook
from nkd_pipeline.review.survey_task import ParticipantAnswer, Rating
from nkd_pipeline.stage import StageSettings
from nkd_pipeline.studies.common.running import StudyRun, joined, picture_file, read_table
from nkd_pipeline.studies.descriptions.steps import DESCRIPTIONS, IMAGES, PICTURES, orders_by_strategy

TEXTURES = ("material", "pattern")  # what a text can say of a cloth's look


@dataclass(frozen=True, slots=True)
class Strategy:
    """All that came of one way of asking, by cell."""

    orders: Mapping[str, DescriptionOrder]
    texts: Mapping[str, Description]
    seconds: Mapping[str, float]  # of writing each text
    pictures: Mapping[str, GeneratedImage]
    clip: Mapping[str, ClipScore]
    looks: Mapping[str, PictureLook]

    @property
    def scores(self) -> dict[str, float]:
        """CLIP scores of pictures by their descriptions."""
        return {key: row.score for key, row in self.clip.items() if row.score is not None}

    @property
    def request_scores(self) -> dict[str, float]:
        """CLIP scores of pictures by what was asked for."""
        return {key: row.prompt_score for key, row in self.clip.items() if row.prompt_score is not None}

    @property
    def words(self) -> dict[str, float]:
        """Words of each description."""
        return {key: float(len(text.text.split())) for key, text in self.texts.items()}

    @property
    def kept(self) -> dict[str, float]:
        """Share 0..1 of the request's words that each description says."""
        return {key: keyword_retention(said(self.orders[key].request), text.text) for key, text in self.texts.items()}

    def named(self, *aspects: str) -> list[str]:
        """The words of these aspects in all descriptions, as often as they are said."""
        found = (named_in(text.text) for text in self.texts.values())
        return [word for words in found for aspect in aspects for word in words.get(aspect, ())]

    @property
    def colours(self) -> list[str]:
        """Main colours of the garments in the pictures."""
        return [look.colour for look in self.looks.values()]

    @property
    def textures(self) -> list[str]:
        """Textures of the garments in the pictures."""
        return [look.texture for look in self.looks.values()]


def measured(run: StudyRun) -> dict[str, Strategy]:
    """Every strategy with its pictures scored and looked at, once each."""
    return {name: _measured(run, name, orders) for name, orders in orders_by_strategy(run).items()}


def _measured(run: StudyRun, name: str, orders: Sequence[DescriptionOrder]) -> Strategy:
    by_cell = {order.article_id: order for order in orders}
    texts = read_table(run.study, DESCRIPTIONS, Description, DESCRIPTIONS, shard=name)
    pictures = read_table(run.study, PICTURES, GeneratedImage, IMAGES, shard=name)
    states = run.study.tables.read(DESCRIPTIONS, Description, name)
    seconds = {key: row.state.duration_ms / 1000 for key, row in states.items() if row.ok}

    def judged(image: GeneratedImage) -> JudgedImage:
        text = texts[image.article_id].text
        prompt = Prompt(image.article_id, said(by_cell[image.article_id].request), "", text, 0, "", (), 1.0, 0, ())
        return JudgedImage(image.article_id, 1, image.sha256, prompt, Attributes(image.article_id, "", "", ""), picture_file(run.study, image))

    shown = joined(by_cell, {key: image for key, image in pictures.items() if key in texts}, IMAGES, judged)
    clip = run.table("clip_scores", ClipScore, run.study.profile.stage("clip_scores"), shown, shard=name)
    looks = run.table("picture_looks", PictureLook, LookReader(StageSettings()), shown, shard=name)
    return Strategy(by_cell, texts, seconds, pictures, clip, looks)


def ratings(run: StudyRun, strategies: Sequence[str]) -> dict[str, list[Rating]]:
    """What people answered about the pictures of each strategy."""
    return {name: run.study.tables.read_records("ratings", Rating, name) for name in strategies}


def participants(run: StudyRun) -> list[ParticipantAnswer]:
    """What participants said of themselves; answers that were not given are left out."""
    return [answer for answer in run.study.tables.read_records("participants", ParticipantAnswer, "survey") if answer.answer]
