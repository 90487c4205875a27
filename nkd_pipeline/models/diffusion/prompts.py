"""Prompts as image models read them: encoded once per text, for many rows at a time, and kept on the CPU."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from nkd_pipeline.models.diffusion.clip_text import ClipText, Embedding, lengthened, side_by_side
from nkd_pipeline.models.diffusion.emphasis import plain
from nkd_pipeline.models.diffusion.recipe import Recipe

# more at once gains little (2,048 tokens of T5 fill a GPU), and batches are always filled up
AT_ONCE = 8


class Encoder(Protocol):
    """Turns texts into embeddings, in batches of one shape: what else is encoded must not change a result in its last bit."""

    def embed(self, prompts: Sequence[str], batch: int, device: str) -> list[Embedding]: ...


@dataclass(frozen=True, slots=True)
class SdxlText:
    """The two text encoders of SDXL, side by side."""

    first: ClipText
    second: ClipText

    def embed(self, prompts: Sequence[str], batch: int, device: str) -> list[Embedding]:
        """Embeddings as wide as both encoders together, with the second one's pooled vector."""
        encoded = zip(self.first.embed(prompts, batch, device), self.second.embed(prompts, batch, device), strict=True)
        return [side_by_side(first, second) for first, second in encoded]


@dataclass(frozen=True, slots=True)
class FluxText:
    """FLUX: tokens by T5, a pooled vector by CLIP. It has no notion of emphasis, so brackets are left out and only their words count."""

    pipe: Any
    tokens: int

    def embed(self, prompts: Sequence[str], batch: int, device: str) -> list[Embedding]:
        """Embeddings of `tokens` tokens, padding included: the model was trained to see it."""
        import torch

        found: list[Embedding] = []
        for start in range(0, len(prompts), batch):
            texts = [plain(prompt) for prompt in prompts[start : start + batch]]
            full = texts + [texts[-1]] * (batch - len(texts))
            lengths = [len(ids) for ids in self.pipe.tokenizer_2(texts, verbose=False).input_ids]
            with torch.no_grad():
                pooled = self.pipe.text_encoder(
                    self._ids(self.pipe.tokenizer, full, self.pipe.tokenizer.model_max_length).to(device)
                ).pooler_output.to("cpu")
                states = self.pipe.text_encoder_2(self._ids(self.pipe.tokenizer_2, full, self.tokens).to(device))[0].to("cpu")
            found += [Embedding(states[i], pooled[i], max(0, length - self.tokens)) for i, length in enumerate(lengths)]
        return found

    def _ids(self, tokenizer: Any, texts: list[str], length: int) -> Any:  # noqa: ANN401
        return tokenizer(texts, padding="max_length", max_length=length, truncation=True, return_tensors="pt").input_ids


def encoder_of(pipe: Any, recipe: Recipe) -> Encoder:  # noqa: ANN401
    """The encoder of a pipeline."""
    if recipe.max_sequence_length is not None:
        return FluxText(pipe, recipe.max_sequence_length)
    if getattr(pipe, "text_encoder_2", None) is None:
        return ClipText(pipe.text_encoder, pipe.tokenizer, layer=None, pools=False)
    # SDXL was trained on the hidden states before the last
    return SdxlText(ClipText(pipe.text_encoder, pipe.tokenizer, -2, pools=False), ClipText(pipe.text_encoder_2, pipe.tokenizer_2, -2, pools=True))


@dataclass(frozen=True, slots=True)
class Conditioning:
    """What steers one picture. Prompt and negative prompt are of one length; without guidance there is no negative one."""

    positive: Embedding
    negative: Embedding | None
    has_negative: bool  # whether the negative prompt says anything

    @property
    def length(self) -> int:
        """Tokens: rows of one length can be one batch."""
        return len(self.positive.tokens)


class PromptBook:
    """Embeddings by text."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, Embedding] = {}

    def missing(self, pairs: Iterable[tuple[str, str | None]]) -> list[str]:
        """The texts that prompts and negative prompts need and that are not encoded yet, each once."""
        needed = dict.fromkeys(text for prompt, negative in pairs for text in ((prompt,) if negative is None else (prompt, negative, "")))
        return [text for text in needed if text not in self._known]

    def encode(self, texts: Sequence[str], batch: int, device: str, room: float) -> int:
        """Encodes texts with the text encoders on `device`, `batch` of them at once, until `room` bytes of the host are full; returns how many."""
        at_once = min(batch, AT_ONCE)
        for start in range(0, len(texts), at_once):
            if room <= 0:
                return start
            few = texts[start : start + at_once]
            self._known.update(zip(few, self._encoder.embed(few, at_once, device), strict=True))
            room -= sum(_bytes(self._known[text]) for text in few)
        return len(texts)

    def conditioning(self, prompt: str, negative: str | None) -> Conditioning:
        """Both embeddings at one length; `negative` None means no guidance. What `missing` named must have been encoded."""
        positive = self._known[prompt]
        if negative is None:
            return Conditioning(positive, None, has_negative=False)
        against, empty = self._known[negative], self._known[""]  # the shorter one of both is filled up with the empty text
        length = max(len(positive.tokens), len(against.tokens))
        return Conditioning(lengthened(positive, empty, length), lengthened(against, empty, length), has_negative=bool(negative))


def _bytes(embedding: Embedding) -> int:
    tensors = [tensor for tensor in (embedding.tokens, embedding.pooled) if tensor is not None]
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors)
