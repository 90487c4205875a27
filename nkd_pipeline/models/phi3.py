"""Attributes by a chat model on this machine, such as the paper's microsoft/Phi-3-mini-4k-instruct."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from nkd_pipeline.models import constrained
from nkd_pipeline.models.chat import prompt_of, stop_tokens
from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.device import device, torch_dtype
from nkd_pipeline.models.early_stop import ObjectEnd
from nkd_pipeline.models.extraction_prompt import schema
from nkd_pipeline.models.language_model import LanguageModelExtractor
from nkd_pipeline.models.residency import resident, weight_bytes
from nkd_pipeline.models.safety import checked_folder
from nkd_pipeline.models.stage import ModelSettings, ModelStage
from nkd_pipeline.records import Attributes, TranslatedArticle
from nkd_pipeline.stage import RowError, StageSettings

if TYPE_CHECKING:
    import torch


class Phi3Settings(ModelSettings):
    """`max_new_tokens` bounds a reply. `constrained` masks all tokens that would break the reply's JSON schema: "auto" does so where llguidance is
    installed. What it came to is stored with each row and is part of the fingerprint, so that no machine changes results unseen.
    """

    NEUTRAL: ClassVar[frozenset[str]] = ModelSettings.NEUTRAL | {"constrained"}  # the fingerprint has what it came to

    max_new_tokens: int = Field(default=256, ge=1, le=2048)
    constrained: Literal["auto", "on", "off"] = "auto"


class Phi3Extractor(LanguageModelExtractor, ModelStage[TranslatedArticle, Attributes]):
    """Asks Phi-3, or any other causal model of transformers whose tokenizer has a chat template.

    Decodes greedily and in batches, padded on the left: in float32 a row's reply is the same, token for token, in any batch. A row ends with its JSON
    object. Prompts that leave no room for the reply in the model's context lose the end of the article's texts.
    """

    Settings: ClassVar[type[StageSettings]] = Phi3Settings
    _settings: Phi3Settings

    def __init__(self, settings: StageSettings) -> None:
        super().__init__(settings)
        # decided here and not in `load`: a worker on another machine must do what was written into the fingerprint
        self._constrained = self._settings.constrained == "on" or (self._settings.constrained == "auto" and constrained.installed())

    @property
    def backend(self) -> str:
        return f"{super().backend} ({'constrained' if self._constrained else 'free'})"

    def fingerprint(self) -> dict[str, object]:
        return super().fingerprint() | {"constrained": self._constrained}

    def load(self) -> None:
        """Raises CheckpointError when the folder is no whole chat model, or llguidance is wanted and missing."""
        checkpoint, wanted = self._settings.checkpoint, self._settings.max_new_tokens
        folder, dtype, place = checked_folder(checkpoint), torch_dtype(self._settings.dtype), device()
        key = ("AutoModelForCausalLM", checkpoint.identity(), str(dtype), place)
        self._model, self._tokenizer = resident(key, weight_bytes(folder), lambda: opened_chat_model(folder, dtype, place))
        config = self._model.config.get_text_config()
        self._prompt_limit = config.max_position_embeddings - wanted
        if self._prompt_limit < 1:
            raise CheckpointError(f"max_new_tokens = {wanted} fills the model's context of {config.max_position_embeddings} tokens. Lower it.")
        self._grammar = None
        if self._constrained:
            stop = self._model.generation_config.eos_token_id
            self._grammar = constrained.ReplyGrammar(schema(), self._tokenizer, config.vocab_size, stop)
            self._grammar.mask(0, wanted)  # says so now when the reply's room is too small

    def complete(self, conversations: Sequence[list[dict[str, str]]]) -> list[str | RowError]:
        """The reply to each conversation; a RowError for one whose question alone does not fit into the model's context."""
        prompts = [self._prompt(conversation) for conversation in conversations]
        replies = iter(self._replies([prompt for prompt in prompts if isinstance(prompt, str)]))
        return [next(replies) if isinstance(prompt, str) else prompt for prompt in prompts]

    def _prompt(self, conversation: list[dict[str, str]]) -> str | RowError:
        try:
            return prompt_of(self._tokenizer, conversation, self._prompt_limit)
        except RowError as error:
            return error

    def _replies(self, prompts: list[str]) -> list[str]:
        if not prompts:
            return []
        import torch

        # no special tokens: the template has put in all that belong there
        batch = self._tokenizer(prompts, add_special_tokens=False, padding=True, return_tensors="pt").to(self._model.device)
        rows, width = batch.input_ids.shape
        with torch.inference_mode():
            tokens = self._model.generate(
                input_ids=batch.input_ids,
                attention_mask=batch.attention_mask,
                max_new_tokens=self._settings.max_new_tokens,
                logits_processor=[self._grammar.mask(rows, self._settings.max_new_tokens)] if self._grammar else [],
                stopping_criteria=[ObjectEnd(self._tokenizer, schema()["required"], rows)],
            )
        texts = self._tokenizer.batch_decode(tokens[:, width:], skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return [text.strip() for text in texts]


def opened_chat_model(folder: Path, dtype: torch.dtype, place: str) -> tuple[Any, Any]:
    """Model and tokenizer, set to greedy decoding whatever the checkpoint's generation settings say."""
    from transformers import AutoModelForCausalLM, AutoTokenizer, GenerationConfig

    # tokenizers pad on the right unless told, and the model would go on from padding instead of the question
    tokenizer = AutoTokenizer.from_pretrained(folder, padding_side="left", local_files_only=True, trust_remote_code=False)
    if not tokenizer.chat_template:
        raise CheckpointError(f"{folder} has no chat template: it is no chat model. Choose one that is instruction-tuned.")
    tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
    loaded: Any = AutoModelForCausalLM.from_pretrained(
        folder, dtype=dtype, use_safetensors=True, local_files_only=True, trust_remote_code=False, output_loading_info=True
    )
    model, report = loaded
    if lacking := sorted(report["missing_keys"]):  # transformers would make them up at random
        raise CheckpointError(f"{folder} is not a whole chat model: {len(lacking)} weights are missing, the first is {lacking[0]}.")
    stop = stop_tokens(tokenizer, model.generation_config.eos_token_id)
    model.generation_config = GenerationConfig(do_sample=False, eos_token_id=stop, pad_token_id=tokenizer.pad_token_id)
    return model.eval().to(place), tokenizer
