"""The prompt improver as a stage: short prompts in, detailed ones out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from pydantic import model_validator

from nkd_pipeline.models.device import device, torch_dtype
from nkd_pipeline.models.prompt_improver.generation import Generation, Improver
from nkd_pipeline.models.prompt_improver.network import loaded_model
from nkd_pipeline.models.residency import resident, weight_bytes
from nkd_pipeline.models.safety import checked_folder
from nkd_pipeline.models.stage import ModelSettings, ModelStage
from nkd_pipeline.records.studies import BasicPrompt, ImprovedPrompt
from nkd_pipeline.stage import RowError, StageSettings
from nkd_pipeline.text.styles import invented_styles, styles_digest


class ImproverStageSettings(ModelSettings, Generation):
    """`model` is the folder of a trained improver, or a T5 checkpoint of the hub."""

    @model_validator(mode="after")
    def _wide_enough(self) -> ImproverStageSettings:
        if self.dtype == "float16":
            raise ValueError('T5 overflows in float16: choose dtype = "bfloat16" or "float32"')
        return self


class PromptImprover(ModelStage[BasicPrompt, ImprovedPrompt]):
    """Writes a detailed prompt for each short one. Raises `RowError("too_long")` for a text of more tokens than the model was trained on."""

    Settings: ClassVar[type[StageSettings]] = ImproverStageSettings
    _settings: ImproverStageSettings
    _improver: Improver

    def fingerprint(self) -> dict[str, object]:
        return super().fingerprint() | {"styles": styles_digest()}

    def load(self) -> None:
        self._improver = loaded_improver(self._settings)

    def weight(self, row: BasicPrompt) -> int:
        """Characters."""
        return len(row.text)

    def __call__(self, rows: Sequence[BasicPrompt]) -> list[ImprovedPrompt]:
        for row in rows:
            require_length(self._improver, row.article_id, row.text)
        texts = self._improver.improve([row.text for row in rows], [row.article_id for row in rows], self._settings)
        return [ImprovedPrompt(row.article_id, row.text, text, invented_styles(row.text, text)) for row, text in zip(rows, texts, strict=True)]


def loaded_improver(settings: ImproverStageSettings) -> Improver:
    """The improver of the settings, resident on this process's device. Raises CheckpointError."""
    import torch

    checkpoint, place, dtype = settings.checkpoint, device(), torch_dtype(settings.dtype)
    if dtype == torch.float16:
        dtype = torch.float32  # a GPU without bfloat16; T5 overflows in float16
    folder = checked_folder(checkpoint)

    def load() -> Improver:
        model, tokenizer = loaded_model(folder, dtype)
        return Improver(model.to(place), tokenizer)

    return resident(("PromptImprover", checkpoint.identity(), str(dtype), place), weight_bytes(folder), load)


def require_length(improver: Improver, article_id: str, text: str) -> None:
    """Raises RowError when a text is too long for the model."""
    if (count := improver.tokens(text)) > improver.longest:
        raise RowError("too_long", f"article {article_id}: the short prompt has {count} tokens, the model reads {improver.longest}. Shorten it.")
