"""The VQA judge: a vision-language model is asked one question of yes and no about each stated attribute."""

from __future__ import annotations

import math
import os
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from nkd_pipeline.models.device import device
from nkd_pipeline.models.pictures import read_picture
from nkd_pipeline.models.residency import resident, weight_bytes
from nkd_pipeline.models.safety import checked_folder
from nkd_pipeline.models.stage import ModelSettings, ModelStage
from nkd_pipeline.records import Answer, JudgedImage, PictureAnswers
from nkd_pipeline.rubric.questions import Inquiry, Question, ask, left_out
from nkd_pipeline.rubric.topics import digest
from nkd_pipeline.stage import RowError, StageSettings

if TYPE_CHECKING:
    from PIL import Image

JUDGE = "vqa"
THREADS = min(8, os.cpu_count() or 1)
CERTAIN = 30.0  # log-odds beyond which nothing is kept: what a server that only says yes or no stands for


class YesNoModel(ABC):
    """A loaded model that answers questions of yes and no."""

    @abstractmethod
    def look(self, pictures: Sequence[Image.Image]) -> Any:  # noqa: ANN401 - the model's own business
        """What the model needs of RGB pictures, made once for all questions about them."""

    @abstractmethod
    def log_odds(self, seen: Any, places: Sequence[int], question: str) -> list[float]:  # noqa: ANN401
        """For one question, by the places of the pictures in what `look` was given: the logarithm of the odds of yes against no."""


class VqaJudge(ModelStage[JudgedImage, PictureAnswers]):
    """Asks each question of all pictures that it is to be asked of at once: in batches of mixed length some models answer wrongly.

    Raises RowError as `read_picture` does, and "no_number" when the model gives none.
    """

    Settings: ClassVar[type[StageSettings]] = ModelSettings
    _settings: ModelSettings
    _model: YesNoModel

    def fingerprint(self) -> dict[str, object]:
        return super().fingerprint() | {"questions": digest()}

    def load(self) -> None:
        """Loads the model. Raises CheckpointError when it is not on this machine or of another kind."""
        checkpoint, place = self._settings.checkpoint, device()
        folder = checked_folder(checkpoint)
        key = (type(self).__name__, checkpoint.identity(), self._settings.dtype, place)
        self._model = resident(key, weight_bytes(folder), lambda: self.open(folder, place))

    @abstractmethod
    def open(self, folder: Path, place: str) -> YesNoModel:
        """The model of a checked folder, on a device."""

    def asked(self, question: str) -> str:
        """A question as the model reads it; no part of the model itself, which several stages may share."""
        return question

    def __call__(self, rows: Sequence[JudgedImage]) -> list[PictureAnswers]:
        """Judges a batch; result i belongs to row i."""
        import torch

        inquiries = [ask(row.attributes, row.prompt) for row in rows]
        odds: dict[tuple[int, str], float] = {}
        with torch.inference_mode(), ThreadPoolExecutor(THREADS) as threads:
            seen = self._model.look(list(threads.map(read_picture, rows)))
            for wording, places in by_wording(inquiries).items():
                values = self._model.log_odds(seen, places, self.asked(wording))
                odds.update(((place, wording), value) for place, value in zip(places, values, strict=True))
        if not all(map(math.isfinite, odds.values())):
            raise RowError("no_number", f"{self.backend} gave no number for this picture: its weights are damaged. Fetch them again.")
        return [
            picture_answers(row, inquiry, self.backend, {wording: value for (at, wording), value in odds.items() if at == place})
            for place, (row, inquiry) in enumerate(zip(rows, inquiries, strict=True))
        ]


def by_wording(inquiries: Sequence[Inquiry]) -> Mapping[str, list[int]]:
    """The places of the pictures that each question is to be asked of."""
    places: dict[str, list[int]] = {}
    for place, inquiry in enumerate(inquiries):
        for wording in dict.fromkeys(question.yes_no for question in inquiry.questions):
            places.setdefault(wording, []).append(place)
    return places


def picture_answers(row: JudgedImage, inquiry: Inquiry, model: str, odds: Mapping[str, float], note: str = "") -> PictureAnswers:
    """The answers about one picture from the log-odds of its questions; a question that has none is named in the reason."""
    answers = tuple(_answer(question, odds[question.yes_no]) for question in inquiry.questions if question.yes_no in odds)
    silent = [f"{question.cause}: {question.value}" for question in inquiry.questions if question.yes_no not in odds]
    reason = "; ".join(part for part in (left_out([*inquiry.left_out, *silent]), note) if part)
    return PictureAnswers(row.article_id, row.attempt, JUDGE, model if answers else "", answers, reason)


def _answer(question: Question, log_odds: float) -> Answer:
    kept = max(-CERTAIN, min(CERTAIN, log_odds))
    return Answer(question.aspect, question.cause, question.yes_no, question.value, "", 1 / (1 + math.exp(-kept)), kept)
