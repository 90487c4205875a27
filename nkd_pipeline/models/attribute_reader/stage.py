"""The attribute reader as a stage: questions about pictures in, answers out."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar

from pydantic import Field

from nkd_pipeline.models.attribute_reader.blip2 import Blip2, loaded
from nkd_pipeline.models.attribute_reader.questions import attribute_of
from nkd_pipeline.models.device import device, torch_dtype
from nkd_pipeline.models.pictures import read_picture
from nkd_pipeline.models.residency import resident, weight_bytes
from nkd_pipeline.models.safety import checked_folder
from nkd_pipeline.models.stage import ModelSettings, ModelStage
from nkd_pipeline.records.photo_attributes import PhotoAnswer, PhotoQuestion
from nkd_pipeline.stage import RowError, StageSettings

_THREADS = min(8, os.cpu_count() or 1)


class AttributeReaderStageSettings(ModelSettings):
    """`model` is the folder of a trained reader, or a BLIP-2 checkpoint over T5 of the hub. Longest question and answer in tokens."""

    longest_question: int = Field(default=64, ge=8)
    longest_answer: int = Field(default=16, ge=4)


class AttributeReader(ModelStage[PhotoQuestion, PhotoAnswer]):
    """Answers a question about each row's picture; rows of a batch with the same picture share one look at it.

    The answer's attribute is the row's, or where that is empty the one that the question asks for. Raises RowError as `read_picture` does, and
    `RowError("no_number")` when the model's weights are damaged.
    """

    Settings: ClassVar[type[StageSettings]] = AttributeReaderStageSettings
    _settings: AttributeReaderStageSettings
    _reader: Blip2

    def load(self) -> None:
        """Loads the model. Raises CheckpointError when it is not on this machine or no BLIP-2 over T5."""
        checkpoint, place, dtype = self._settings.checkpoint, device(), torch_dtype(self._settings.dtype)
        folder = checked_folder(checkpoint)

        def load() -> Blip2:
            reader = loaded(folder, dtype)
            return Blip2(reader.model.to(place), reader.processor)

        self._reader = resident((type(self).__name__, checkpoint.identity(), str(dtype), place), weight_bytes(folder), load)

    def __call__(self, rows: Sequence[PhotoQuestion]) -> list[PhotoAnswer]:
        """Answers a batch; result i belongs to row i, and is what the row would get alone."""
        import torch

        own = self._settings
        different = {row.sha256: row for row in rows}
        with torch.inference_mode(), ThreadPoolExecutor(_THREADS) as threads:
            pictures = self._reader.seen(self._reader.pixels(list(threads.map(read_picture, different.values()))))
        places = {sha256: place for place, sha256 in enumerate(different)}
        seen = pictures[[places[row.sha256] for row in rows]]
        answers = self._reader.answers(seen, [row.question for row in rows], (own.longest_question, own.longest_answer))
        if not all(math.isfinite(answer.confidence) for answer in answers):
            raise RowError("no_number", f"{self.backend} gave no number for this picture: its weights are damaged. Train or fetch it again.")
        return [
            PhotoAnswer(row.article_id, row.attribute or attribute_of(row.question), answer.text, answer.confidence)
            for row, answer in zip(rows, answers, strict=True)
        ]
