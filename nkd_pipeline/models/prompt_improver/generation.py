"""Texts of a prompt improver: what is generated for a text depends on the text, the settings and its seed, and on nothing else in the batch."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pydantic import Field, model_validator

from nkd_pipeline.models.prompt_improver.settings import PREFIX
from nkd_pipeline.models.prompt_improver.style_penalty import StylePenalty, StyleSpellings
from nkd_pipeline.models.prompt_improver.tokenizer import batch
from nkd_pipeline.stage import StageSettings

if TYPE_CHECKING:
    import torch


_COMMAS = re.compile(r"\s*,(?:\s*,)+")


class Generation(StageSettings):
    """How texts are written. Defaults are the paper's, but for `style_penalty`, which it does not have: 0 leaves styles alone.

    `temperature` 0 takes the likeliest text of `num_beams`; above 0 tokens are drawn, by `seed`, from the likeliest ones that make up `top_p`.
    """

    min_tokens: int = Field(default=40, ge=0)
    max_tokens: int = Field(default=1000, ge=1)
    repetition_penalty: float = Field(default=1.4, ge=1)
    num_beams: int = Field(default=1, ge=1, le=16)
    temperature: float = Field(default=0.0, ge=0)
    top_p: float = Field(default=1.0, gt=0, le=1)
    seed: int = Field(default=42, ge=0)
    style_penalty: float = Field(default=20.0, ge=0)  # taken from the logits of tokens that begin or go on an invented style

    @model_validator(mode="after")
    def _possible(self) -> Generation:
        if self.temperature and self.num_beams > 1:
            raise ValueError("num_beams must be 1 where tokens are drawn (temperature above 0)")
        if self.min_tokens > self.max_tokens:
            raise ValueError(f"min_tokens = {self.min_tokens} is more than max_tokens = {self.max_tokens}")
        return self


class Improver:
    """A T5 model with its tokenizer, wherever the model lies."""

    def __init__(self, model: Any, tokenizer: Any) -> None:  # noqa: ANN401 - transformers is untyped
        self._model, self._tokenizer = model.eval(), tokenizer
        self._spellings = StyleSpellings(tokenizer)
        self.longest = int(min(tokenizer.model_max_length, 4096))

    def tokens(self, text: str) -> int:
        """How many tokens the model reads of a short prompt."""
        return len(self._tokenizer(PREFIX + text, verbose=False).input_ids)

    def improve(self, texts: Sequence[str], keys: Sequence[str], how: Generation) -> list[str]:
        """A detailed prompt for each short one; `keys` tell apart texts that are alike where tokens are drawn."""
        import torch

        ids, mask = (part.to(self._model.device) for part in batch(self._tokenizer, [PREFIX + text for text in texts], self.longest))
        processors: list[Any] = []
        if how.style_penalty:
            processors.append(StylePenalty(self._spellings, texts, how.num_beams, how.style_penalty))
        if how.temperature:
            processors.append(_Drawing(how, keys))
        with torch.inference_mode():
            outputs = self._model.generate(
                input_ids=ids,
                attention_mask=mask,
                min_new_tokens=how.min_tokens,
                max_new_tokens=how.max_tokens,
                repetition_penalty=how.repetition_penalty,
                num_beams=how.num_beams,
                do_sample=False,
                logits_processor=processors,
            )
        return [_tidy(text) for text in self._tokenizer.batch_decode(outputs, skip_special_tokens=True)]


def _tidy(text: str) -> str:
    """Without the commas that a style was to stand behind."""
    return _COMMAS.sub(",", " ".join(text.split())).strip(" ,")


class _Drawing:
    """A logits processor under which the likeliest token is a drawn one: each row has its own noise, whatever else is in the batch.

    Gumbel noise on logits and then the highest of them is the same as drawing by their probabilities.
    """

    def __init__(self, how: Generation, keys: Sequence[str]) -> None:
        import torch

        self._how = how
        digests = [hashlib.sha256(f"{how.seed}\n{key}".encode("utf-8", "surrogatepass")).digest() for key in keys]
        self._generators = [torch.Generator().manual_seed(int.from_bytes(digest[:7], "big")) for digest in digests]

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:  # noqa: ARG002 - the signature of logits processors
        import torch

        scores = scores.float() / self._how.temperature
        if self._how.top_p < 1:
            ranked, order = scores.sort(descending=True)
            probabilities = ranked.softmax(-1)
            beyond = probabilities.cumsum(-1) - probabilities >= self._how.top_p  # never the first
            scores = scores.masked_fill(beyond.scatter(1, order, beyond), float("-inf"))
        noise = torch.stack([torch.empty(scores.shape[1]).exponential_(generator=generator) for generator in self._generators])
        return scores - noise.to(scores.device).log()
