"""CLIP's text encoders for prompts of any length, with weighted words.

A prompt beyond the 75 tokens that fit between start and end is encoded in several chunks, cut behind a comma where there is one near, which stand one
after another before the image model. A weight moves a token's embedding along the line from the empty prompt's embedding through its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from nkd_pipeline.models.diffusion.emphasis import fragments_of

if TYPE_CHECKING:
    import torch

NEAR = 20  # tokens of a full chunk that may move to the next one, so that a phrase stays whole


@dataclass(frozen=True, slots=True)
class Embedding:
    """A text as an image model reads it; on the CPU, in the compute dtype."""

    tokens: torch.Tensor  # tokens x width
    pooled: torch.Tensor | None  # the whole text as one vector
    cut: int = 0  # tokens beyond what the model reads


@dataclass(frozen=True, slots=True)
class Chunk:
    """As many tokens as fit, between start and end, filled up; `weights` belongs to `ids`."""

    ids: tuple[int, ...]
    weights: tuple[float, ...]


def chunks_of(prompt: str, tokenizer: Any) -> list[Chunk]:  # noqa: ANN401
    """The prompt's tokens in chunks; an empty prompt is one chunk too."""
    ids: list[int] = []
    weights: list[float] = []
    for fragment in fragments_of(prompt):
        found = tokenizer(fragment.text, add_special_tokens=False, verbose=False).input_ids
        ids += found
        weights += [fragment.weight] * len(found)
    room = tokenizer.model_max_length - 2
    chunks: list[Chunk] = []
    while ids or not chunks:
        end = _end_of_chunk(ids, room, tokenizer)
        chunks.append(_chunk(ids[:end], weights[:end], room, tokenizer))
        ids, weights = ids[end:], weights[end:]
    return chunks


def _end_of_chunk(ids: list[int], room: int, tokenizer: Any) -> int:  # noqa: ANN401
    if len(ids) <= room:
        return len(ids)
    words = tokenizer.convert_ids_to_tokens(ids[:room])
    for ending in (",</w>", "</w>"):
        for end in range(room, room - NEAR, -1):
            if words[end - 1].endswith(ending):
                return end
    return room


def _chunk(ids: list[int], weights: list[float], room: int, tokenizer: Any) -> Chunk:  # noqa: ANN401
    filling = room - len(ids)
    return Chunk(
        (tokenizer.bos_token_id, *ids, tokenizer.eos_token_id, *[tokenizer.pad_token_id] * filling),
        (1.0, *weights, 1.0, *[1.0] * filling),
    )


@dataclass(frozen=True, slots=True)
class ClipText:
    """A text encoder with its tokenizer. `layer` is the hidden state that is read: None the last one, normalised; -2 the one before it."""

    encoder: Any
    tokenizer: Any
    layer: int | None
    pools: bool

    def embed(self, prompts: Sequence[str], batch: int, device: str) -> list[Embedding]:
        """The prompts' embeddings, in order. Batches are filled up to `batch`, so that no result depends on what else is encoded."""
        chunked = [chunks_of(prompt, self.tokenizer) for prompt in prompts]
        empty = _chunk([], [], self.tokenizer.model_max_length - 2, self.tokenizer)
        flat = [empty, *(chunk for chunks in chunked for chunk in chunks)]
        states: list[tuple[torch.Tensor, torch.Tensor | None]] = []
        for start in range(0, len(flat), batch):
            states += self._states(flat[start : start + batch], batch, device)
        nothing, rest = states[0][0], iter(zip(flat[1:], states[1:], strict=True))
        return [self._joined([next(rest) for _ in chunks], nothing) for chunks in chunked]

    def _states(self, chunks: list[Chunk], batch: int, device: str) -> list[tuple[torch.Tensor, torch.Tensor | None]]:
        import torch

        ids = [chunk.ids for chunk in chunks] + [chunks[-1].ids] * (batch - len(chunks))
        with torch.no_grad():
            out = self.encoder(torch.tensor(ids, device=device), output_hidden_states=self.layer is not None)
        tokens = (out.last_hidden_state if self.layer is None else out.hidden_states[self.layer]).to("cpu")
        pooled = out.text_embeds.to("cpu") if self.pools else None
        return [(tokens[i], pooled[i] if pooled is not None else None) for i in range(len(chunks))]

    def _joined(self, encoded: list[tuple[Chunk, tuple[torch.Tensor, torch.Tensor | None]]], nothing: torch.Tensor) -> Embedding:
        import torch

        tokens = torch.cat([_weighted(state[0], chunk.weights, nothing) for chunk, state in encoded])
        return Embedding(tokens, encoded[0][1][1])  # pooled: of the first chunk, where a prompt says what it is about


def _weighted(tokens: torch.Tensor, weights: tuple[float, ...], nothing: torch.Tensor) -> torch.Tensor:
    if all(weight == 1 for weight in weights):
        return tokens  # exactly: what nobody emphasised must not be rounded
    import torch

    factors = torch.tensor(weights, dtype=tokens.dtype).unsqueeze(-1)
    return torch.where(factors == 1, tokens, nothing + (tokens - nothing) * factors)


def side_by_side(first: Embedding, second: Embedding) -> Embedding:
    """Two encoders' embeddings of one text as SDXL reads them: widths joined, the second one's pooled vector."""
    import torch

    return replace(second, tokens=torch.cat([first.tokens, second.tokens], dim=-1))


def lengthened(embedding: Embedding, empty: Embedding, length: int) -> Embedding:
    """With the empty prompt's chunk behind it until it has so many tokens: prompt and negative prompt must be of one length."""
    import torch

    missing = (length - len(embedding.tokens)) // len(empty.tokens)
    return replace(embedding, tokens=torch.cat([embedding.tokens, *[empty.tokens] * missing])) if missing else embedding
