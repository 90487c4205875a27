"""The VQA judge by BLIP, such as Salesforce/blip-vqa-base: the likelihood of the answer yes against that of no."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.device import Dtype, torch_dtype
from nkd_pipeline.models.stage import ModelSettings
from nkd_pipeline.models.vqa import VqaJudge, YesNoModel
from nkd_pipeline.models.weights import require_weights
from nkd_pipeline.stage import StageSettings

if TYPE_CHECKING:
    import torch
    from PIL import Image


class BlipSettings(ModelSettings):
    """BLIP is small enough for float32 on any GPU; in bfloat16 the tiny model's log-odds were up to 0.13 off."""

    dtype: Dtype = "float32"


class BlipModel(YesNoModel):
    """BLIP for question answering: its encoder reads question and picture together, its decoder scores the answers.

    Answers are ranked by their likelihood, as BLIP's authors do (arXiv 2201.12086), and not written freely.
    """

    def __init__(self, folder: Path, place: str, dtype: torch.dtype) -> None:
        """Raises CheckpointError when the folder holds another model or not all weights."""
        from transformers import BlipForQuestionAnswering, BlipProcessor

        _check_kind(folder)
        loaded: Any = BlipForQuestionAnswering.from_pretrained(
            folder, dtype=dtype, use_safetensors=True, local_files_only=True, output_loading_info=True
        )
        model, report = loaded
        require_weights(folder, report)
        self._model: Any = model.eval().to(place)
        processor: Any = BlipProcessor.from_pretrained(folder, local_files_only=True)
        self._tokenizer, self._processor = processor.tokenizer, processor.image_processor
        self._place, self._dtype = place, dtype

    def look(self, pictures: Sequence[Image.Image]) -> torch.Tensor:
        """Patches of the pictures as the vision tower sees them, (pictures, patches, width)."""
        pixels = self._processor(images=list(pictures), return_tensors="pt")["pixel_values"].to(self._place, self._dtype)
        return self._model.vision_model(pixel_values=pixels).last_hidden_state  # type: ignore[no-any-return]

    def log_odds(self, seen: torch.Tensor, places: Sequence[int], question: str) -> list[float]:
        import torch

        patches = seen[list(places)]
        tokens = self._tokenizer(question, return_tensors="pt", truncation=True).to(self._place)
        told = self._model.text_encoder(
            input_ids=tokens.input_ids.expand(len(places), -1),
            attention_mask=tokens.attention_mask.expand(len(places), -1),
            encoder_hidden_states=patches,
            encoder_attention_mask=torch.ones(patches.shape[:2], dtype=torch.long, device=self._place),
        ).last_hidden_state
        return (self._likelihood("yes", told) - self._likelihood("no", told)).tolist()

    def _likelihood(self, answer: str, told: torch.Tensor) -> torch.Tensor:
        """Logarithm of the likelihood that the decoder writes just this answer, (pictures,)."""
        import torch

        start, end = self._model.decoder_start_token_id, self._model.config.text_config.sep_token_id
        words = self._tokenizer(answer, add_special_tokens=False).input_ids
        given = torch.tensor([[start, *words]], device=self._place).expand(len(told), -1)
        logits: torch.Tensor = self._model.text_decoder(
            input_ids=given, encoder_hidden_states=told, encoder_attention_mask=torch.ones(told.shape[:2], dtype=torch.long, device=self._place)
        ).logits
        wanted = torch.tensor([[*words, end]], device=self._place).expand(len(told), -1)
        return logits.float().log_softmax(-1).gather(-1, wanted[..., None]).sum((-1, -2))


class BlipVqa(VqaJudge):
    """Asks a BLIP model for question answering; its folder holds model, tokenizer and image processor."""

    Settings: ClassVar[type[StageSettings]] = BlipSettings

    def open(self, folder: Path, place: str) -> YesNoModel:
        return BlipModel(folder, place, torch_dtype(self._settings.dtype))


def _check_kind(folder: Path) -> None:
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        kind, classes = config.get("model_type"), config.get("architectures")
    except (OSError, ValueError, AttributeError) as error:
        raise CheckpointError(f"{folder} has no sound config.json. Name a BLIP model for question answering.") from error
    if kind != "blip" or classes != ["BlipForQuestionAnswering"]:
        what = ", ".join(classes or [str(kind)])
        raise CheckpointError(
            f"{folder} is {what}, not BlipForQuestionAnswering. Name such a model, or ImageTextVqa for other vision-language models."
        )
