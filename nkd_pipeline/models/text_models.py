"""Loaded models behind the encoders of texts: one of transformers, and a text tower of open_clip."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.house_clip.articles import random_order
from nkd_pipeline.models.open_clip import OpenClipModel
from nkd_pipeline.models.weights import require_weights

if TYPE_CHECKING:
    import torch

LONGEST = 1_000_000  # tokens; what tokenizers say they can read when nobody told them the model's limit is far beyond
USUAL_CONTEXT = 512
ARTICLES = 128  # random ones, of which the common part is told: twice as many change a similarity by .01
_MEANS = "Choose a model that takes means over tokens."
# these know a word at the start of a text by another token than elsewhere, unless a space stands before it, as bert-score puts one
_SPACED = ("Roberta", "GPT2")


class TransformersText:
    """An encoder of transformers, of any class that reads text alone; of encoder-decoder models the encoder.

    Sentences are the mean over all tokens of the last layer, with length 1, as sentence-transformers makes them.
    """

    def __init__(self, folder: Path, place: str) -> None:
        """Raises CheckpointError when transformers has no such model, the folder not all of it, or its sentences are made in another way."""
        import transformers

        context = _sentence_context(folder)
        try:
            loaded: Any = transformers.AutoModel.from_pretrained(
                folder, dtype="float32", use_safetensors=True, local_files_only=True, output_loading_info=True
            )
            tokenizers: Any = transformers.AutoTokenizer  # untyped
            self._tokenizer = tokenizers.from_pretrained(folder, local_files_only=True)
        except (ValueError, OSError, KeyError) as error:
            raise CheckpointError(
                f"{folder} is no text encoder that the installed transformers can load ({str(error).splitlines()[0]:.200}). Choose another model."
            ) from error
        model, report = loaded
        # poolers are made up for models that were published without: nothing here reads them
        require_weights(folder, {"missing_keys": [name for name in report["missing_keys"] if "pooler." not in name]})
        if model.config.get_text_config() is not model.config:
            raise CheckpointError(f"{folder} is {type(model).__name__}, which reads more than text. Name an encoder of texts.")
        self._model = (model.get_encoder() if model.config.is_encoder_decoder else model).eval().to(place)
        self._place = place
        self.layers = int(self._model.config.num_hidden_layers)
        names = ("cls_token_id", "sep_token_id", "bos_token_id", "eos_token_id")
        self.special = frozenset(getattr(self._tokenizer, name) for name in names) - {None}
        self._context = context or _context(self._tokenizer.model_max_length, model.config)
        self._prefix = " " if type(self._tokenizer).__name__.startswith(_SPACED) else ""

    def tokenised(self, text: str) -> list[int]:
        words = text.strip()
        return list(self._tokenizer(self._prefix + words if words else "", truncation=True, max_length=self._context).input_ids)

    def states(self, batch: Sequence[list[int]], layer: int) -> list[torch.Tensor]:
        hidden, _ = self._read(batch, layer)
        return [states[: len(ids)] for states, ids in zip(hidden, batch, strict=True)]

    def pooled(self, batch: Sequence[list[int]]) -> torch.Tensor:
        import torch

        hidden, mask = self._read(batch, self.layers)
        total = (hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True).clamp(min=1)
        return torch.nn.functional.normalize(total, dim=-1)

    def _read(self, batch: Sequence[list[int]], layer: int) -> tuple[torch.Tensor, torch.Tensor]:
        """States (texts, tokens, dimensions) with padding on the right, and the mask (texts, tokens) of what is no padding."""
        import torch
        from torch.nn.utils.rnn import pad_sequence

        # a text without any token, as models without start and end tokens have it, is read as padding
        rows = [torch.tensor(ids, dtype=torch.long) for ids in batch]
        padded = pad_sequence(rows, batch_first=True, padding_value=self._tokenizer.pad_token_id or 0)
        mask = pad_sequence([torch.ones_like(row) for row in rows], batch_first=True)
        if not padded.shape[1]:
            padded, mask = padded.new_zeros(len(batch), 1), mask.new_zeros(len(batch), 1)
        padded, mask = padded.to(self._place), mask.to(self._place)
        return self._model(input_ids=padded, attention_mask=mask, output_hidden_states=True).hidden_states[layer], mask


class OpenClipText(OpenClipModel):
    """The text tower of a model of open_clip that reads by byte pairs. Sentences are what it compares with pictures."""

    def __init__(self, folder: Path, place: str) -> None:
        """Raises CheckpointError as OpenClipModel does, and for towers with a tokenizer of transformers."""
        super().__init__(folder, place)
        if not self._byte_pairs:
            raise CheckpointError(f"{folder} reads texts by a tokenizer of transformers, which is not used here. Choose another model.")
        tower = getattr(self._model, "text", self._model)  # some models are their own text tower
        self.layers = len(tower.transformer.resblocks)
        self.special = frozenset((self._tokenizer.sot_token_id, self._tokenizer.eot_token_id))

    def tokenised(self, text: str) -> list[int]:
        # a text may spell the token for the end: the model reads it up to there
        ids: list[int] = self.token_ids([text])[0].tolist()
        return ids[: ids.index(self._tokenizer.eot_token_id) + 1]

    def states(self, batch: Sequence[list[int]], layer: int) -> list[torch.Tensor]:
        last = layer == self.layers
        read = self._model.forward_intermediates(text=self._padded(batch), normalize_intermediates=last, intermediates_only=True)
        return [states[: len(ids)] for states, ids in zip(read["text_intermediates"][layer - 1], batch, strict=True)]

    def pooled(self, batch: Sequence[list[int]]) -> torch.Tensor:
        return self._model.encode_text(self._padded(batch), normalize=True)  # type: ignore[no-any-return]

    def _padded(self, batch: Sequence[list[int]]) -> torch.Tensor:
        """(texts, context): this library's models read nothing shorter."""
        import torch

        padded = torch.zeros(len(batch), self.context, dtype=torch.long)
        for row, ids in zip(padded, batch, strict=True):
            row[: len(ids)] = torch.tensor(ids)
        return padded.to(self._place)


class HouseClipText(OpenClipText):
    """The text tower of a house CLIP. Sentences are what is particular about them: 0 is as like as any two articles are, 1 is equal.

    All prompts have much in common, and the tower finds random letters more like a prompt (.80) than the prompt of another article is (.74). Without
    what the prompts of random articles have in common both are .0. Source: J. Mu, P. Viswanath, "All-but-the-Top", ICLR 2018, arXiv:1702.01417, the
    step that takes the mean away.
    """

    def __init__(self, folder: Path, place: str) -> None:
        """Raises CheckpointError as OpenClipText does."""
        import torch

        super().__init__(folder, place)
        rng = np.random.default_rng(0)
        with torch.inference_mode():
            self._common = self.texts([random_order(rng).prompt.prompt for _ in range(ARTICLES)]).mean(0)

    def pooled(self, batch: Sequence[list[int]]) -> torch.Tensor:
        import torch

        return torch.nn.functional.normalize(super().pooled(batch) - self._common, dim=-1)


def _context(of_tokenizer: int, config: Any) -> int:  # noqa: ANN401 - any configuration of transformers
    """Tokens that a model reads, start and end included."""
    if of_tokenizer < LONGEST:
        return of_tokenizer
    # RoBERTa and its kin count positions from 2
    return int(getattr(config, "max_position_embeddings", USUAL_CONTEXT + 2)) - 2


def _sentence_context(folder: Path) -> int | None:
    """Tokens that a model of sentence-transformers was made for; None for other models, and where it does not say.

    Raises CheckpointError when its vectors are anything else than means over tokens, of length 1 or not.
    """
    if not (folder / "modules.json").exists():
        return None
    try:
        modules = {str(module["type"]).rsplit(".", 1)[-1]: folder / module["path"] for module in _json(folder / "modules.json")}
        others = modules.keys() - {"Transformer", "Pooling", "Normalize"}
        if others or not _is_mean(_json(modules["Pooling"] / "config.json")):
            raise CheckpointError(f"{folder} makes sentences by {', '.join(sorted(others)) or 'Pooling'} in a way that is not used here. {_MEANS}")
        settings = folder / "sentence_bert_config.json"
        return _json(settings).get("max_seq_length") if settings.exists() else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CheckpointError(f"{folder} does not say how it makes sentences ({error!r}). Fetch or copy the model again, whole.") from error


def _is_mean(pooling: dict[str, Any]) -> bool:
    modes = [name for name, chosen in pooling.items() if name.startswith("pooling_mode_") and chosen]
    return modes == ["pooling_mode_mean_tokens"] or pooling.get("pooling_mode") == "mean"


def _json(path: Path) -> Any:  # noqa: ANN401 - as the file has it
    return json.loads(path.read_text(encoding="utf-8"))
