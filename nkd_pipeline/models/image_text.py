"""The VQA judge by any vision-language model of transformers: BLIP-2, LLaVA, Qwen-VL, SmolVLM and others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field, field_validator

from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.device import torch_dtype
from nkd_pipeline.models.stage import ModelSettings
from nkd_pipeline.models.vqa import VqaJudge, YesNoModel
from nkd_pipeline.models.weights import require_weights
from nkd_pipeline.stage import StageSettings

if TYPE_CHECKING:
    import torch
    from PIL import Image

YES = ("yes", "Yes", "YES", " yes", " Yes")
NO = ("no", "No", "NO", " no", " No")


class ImageTextSettings(ModelSettings):
    """`chat` is what a model with a chat template is asked, `plain` what any other is (the default is BLIP-2's, arXiv 2301.12597)."""

    chat: str = "{question} Answer with yes or no only."
    plain: str = "Question: {question} Answer:"
    batch_size: int = Field(default=8, ge=1, le=1024)

    @field_validator("chat", "plain")
    @classmethod
    def _asks(cls, value: str) -> str:
        if value.count("{question}") != 1 or "{" in value.replace("{question}", ""):
            raise ValueError("it must hold {question} once, and no other braces")
        return value


class ImageTextModel(YesNoModel):
    """A model that reads pictures and text and writes text. What counts is how likely its first word is a yes or a no, in any spelling."""

    def __init__(self, folder: Path, place: str, dtype: torch.dtype) -> None:
        """Raises CheckpointError when transformers has no such model or the folder not all of it."""
        import transformers

        try:
            loaded: Any = transformers.AutoModelForImageTextToText.from_pretrained(
                folder, dtype=dtype, use_safetensors=True, local_files_only=True, output_loading_info=True
            )
            processors: Any = transformers.AutoProcessor  # untyped
            self._processor = processors.from_pretrained(folder, local_files_only=True)
        except (ValueError, OSError) as error:
            raise CheckpointError(
                f"{folder} is no vision-language model that the installed transformers can load ({str(error).splitlines()[0]:.200}). "
                "Choose another model, or BlipVqa for BLIP's question answering."
            ) from error
        model, report = loaded
        require_weights(folder, report)
        if type(model).__name__ not in (kinds := model.config.architectures or []):
            # transformers loads one model of a family as another, and leaves out what that one does not have
            raise CheckpointError(f"{folder} is {', '.join(kinds)}, which writes no free answers. Choose another model, or BlipVqa for BLIP's.")
        self._model: Any = model.eval().to(place)
        self._processor.tokenizer.padding_side = "left"  # the next word follows the last token, which must not be padding
        self._yes, self._no = _first_tokens(folder, self._processor.tokenizer)
        self._place, self._dtype = place, dtype

    def look(self, pictures: Sequence[Image.Image]) -> Sequence[Image.Image]:
        """The pictures themselves: such models join them with the text before they look."""
        return pictures

    def log_odds(self, seen: Sequence[Image.Image], places: Sequence[int], question: str) -> list[float]:
        inputs = self._processor(images=[seen[place] for place in places], text=[question] * len(places), padding=True, return_tensors="pt")
        written = self._model.generate(
            **inputs.to(self._place, self._dtype), max_new_tokens=1, do_sample=False, num_beams=1, output_logits=True, return_dict_in_generate=True
        )
        logits: torch.Tensor = written.logits[0].float()
        return (logits[:, self._yes].logsumexp(-1) - logits[:, self._no].logsumexp(-1)).tolist()

    def written(self, chat: str, plain: str) -> str:
        """What is asked as the model reads it: `chat` by its template, `plain` where it has none."""
        if getattr(self._processor, "chat_template", None) is None:
            return plain
        conversation = [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": chat}]}]
        return str(self._processor.apply_chat_template(conversation, add_generation_prompt=True, tokenize=False))


class ImageTextVqa(VqaJudge):
    """Asks a vision-language model of transformers; its folder holds model and processor."""

    Settings: ClassVar[type[StageSettings]] = ImageTextSettings
    _settings: ImageTextSettings
    _model: ImageTextModel

    def open(self, folder: Path, place: str) -> YesNoModel:
        return ImageTextModel(folder, place, torch_dtype(self._settings.dtype))

    def asked(self, question: str) -> str:
        return self._model.written(self._settings.chat.format(question=question), self._settings.plain.format(question=question))


def _first_tokens(folder: Path, tokenizer: Any) -> tuple[list[int], list[int]]:  # noqa: ANN401 - any tokenizer
    """Tokens with which a yes and a no may begin; those that both begin with say nothing."""
    yes, no = ({tokenizer(word, add_special_tokens=False).input_ids[0] for word in words} for words in (YES, NO))
    if not (yes - no and no - yes):
        raise CheckpointError(f"{folder} writes yes and no with the same first token, so its answers cannot be told apart. Choose another model.")
    return sorted(yes - no), sorted(no - yes)
