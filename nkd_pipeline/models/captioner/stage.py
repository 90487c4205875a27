"""The captioner as a stage: pictures in, captions out."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar

from pydantic import Field

from nkd_pipeline.models.captioner.blip import Blip, Wording, loaded
from nkd_pipeline.models.device import Dtype, device, torch_dtype
from nkd_pipeline.models.pictures import read_picture
from nkd_pipeline.models.residency import resident, weight_bytes
from nkd_pipeline.models.safety import checked_folder
from nkd_pipeline.models.stage import ModelSettings, ModelStage
from nkd_pipeline.records.studies import Caption, CaptionedPicture
from nkd_pipeline.stage import StageSettings

_THREADS = min(8, os.cpu_count() or 1)


class CaptionerStageSettings(ModelSettings):
    """`model` is the folder of a trained captioner, or a BLIP checkpoint of the hub; BLIP is small enough for float32 on any GPU."""

    dtype: Dtype = "float32"
    beams: int = Field(default=1, ge=1, le=16)
    max_tokens: int = Field(default=64, ge=4)
    repetition_penalty: float = Field(default=1.0, gt=0)


class Captioner(ModelStage[CaptionedPicture, Caption]):
    """Says what it sees in each picture; the picture's own text is not looked at. Raises RowError as `read_picture` does."""

    Settings: ClassVar[type[StageSettings]] = CaptionerStageSettings
    _settings: CaptionerStageSettings
    _blip: Blip

    def load(self) -> None:
        """Loads the model. Raises CheckpointError when it is not on this machine or no captioner."""
        checkpoint, place, dtype = self._settings.checkpoint, device(), torch_dtype(self._settings.dtype)
        folder = checked_folder(checkpoint)

        def load() -> Blip:
            blip = loaded(folder, dtype)
            return Blip(blip.model.to(place), blip.processor)

        self._blip = resident((type(self).__name__, checkpoint.identity(), str(dtype), place), weight_bytes(folder), load)

    def __call__(self, rows: Sequence[CaptionedPicture]) -> list[Caption]:
        """Captions a batch; result i belongs to row i, and is what the row would get alone."""
        own = self._settings
        with ThreadPoolExecutor(_THREADS) as threads:
            pixels = self._blip.pixels(list(threads.map(read_picture, rows)))
        texts = self._blip.captions(pixels, Wording(own.beams, own.max_tokens, own.repetition_penalty))
        return [Caption(row.article_id, text, self.backend) for row, text in zip(rows, texts, strict=True)]
