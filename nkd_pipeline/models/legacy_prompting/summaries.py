"""Summaries: by BART, or by choosing sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from nkd_pipeline.metrics.encoding import Encoder
from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.device import device, torch_dtype
from nkd_pipeline.models.legacy_prompting.settings import BartSettings
from nkd_pipeline.models.residency import resident, weight_bytes
from nkd_pipeline.models.safety import checked_folder

_SENTENCES = re.compile(r"(?<=[.!?;])\s+|\n+")


class Summariser(Protocol):
    """Whatever makes a text shorter."""

    name: str

    def summaries(self, texts: Sequence[str], /) -> list[str]:
        """A summary of each text."""


class ChosenSentences:
    """The sentences that are nearest to the text as a whole, in its order: an extractive summary, which invents nothing and rewrites nothing."""

    name = "extractive summary"

    def __init__(self, encoder: Encoder, sentences: int) -> None:
        self._encoder, self._count = encoder, sentences

    def summaries(self, texts: Sequence[str]) -> list[str]:
        parts = [sentences_of(text) for text in texts]
        known = list(dict.fromkeys(sentence for of_text in parts for sentence in of_text))
        vectors = dict(zip(known, self._encoder.sentences(known), strict=True)) if known else {}
        return [" ".join(self._chosen(of_text, [vectors[sentence] for sentence in of_text])) for of_text in parts]

    def _chosen(self, sentences: list[str], vectors: list[Any]) -> list[str]:
        if len(sentences) <= self._count:
            return sentences
        held = np.stack(vectors)
        best = np.argsort(-(held @ held.mean(axis=0)), kind="stable")[: self._count]
        return [sentences[place] for place in sorted(best)]


class BartSummariser:
    """Summaries by a BART checkpoint of transformers; of a text beyond its context the beginning counts."""

    def __init__(self, settings: BartSettings) -> None:
        """Raises CheckpointError when it is not on this machine or no whole BART model."""
        checkpoint, dtype, place = settings.checkpoint, torch_dtype(settings.dtype), device()
        folder = checked_folder(checkpoint)
        key = ("BartForConditionalGeneration", checkpoint.identity(), str(dtype), place)
        self._model, self._tokenizer = resident(key, weight_bytes(folder), lambda: _opened(folder, dtype, place))
        self._settings, self.name = settings, checkpoint.name

    def summaries(self, texts: Sequence[str]) -> list[str]:
        import torch

        wanted = self._settings
        context = self._model.config.max_position_embeddings
        batch = self._tokenizer(list(texts), truncation=True, max_length=context, padding=True, return_tensors="pt").to(self._model.device)
        with torch.inference_mode():
            tokens = self._model.generate(
                input_ids=batch.input_ids,
                attention_mask=batch.attention_mask,
                do_sample=False,
                num_beams=wanted.num_beams,
                min_new_tokens=min(wanted.min_tokens, wanted.max_tokens),
                max_new_tokens=min(wanted.max_tokens, context - 1),
            )
        return [text.strip() for text in self._tokenizer.batch_decode(tokens, skip_special_tokens=True)]


def sentences_of(text: str) -> list[str]:
    """The sentences and lines of a text, bullets without their marks, each once."""
    parts = (part.strip().removeprefix("- ").strip() for part in _SENTENCES.split(text))
    return list(dict.fromkeys(part for part in parts if part))


def _opened(folder: Path, dtype: Any, place: str) -> tuple[Any, Any]:  # noqa: ANN401 - torch.dtype
    from transformers import AutoTokenizer, BartConfig, BartForConditionalGeneration

    kind = BartConfig.get_config_dict(folder, local_files_only=True)[0].get("model_type")
    if kind != "bart":
        raise CheckpointError(f"{folder} is a model of type {kind}, not bart. Name a BART checkpoint such as facebook/bart-large-cnn.")
    loaded: Any = BartForConditionalGeneration.from_pretrained(
        folder, dtype=dtype, use_safetensors=True, local_files_only=True, output_loading_info=True
    )
    model, report = loaded
    if lacking := sorted(report["missing_keys"]):  # transformers would make them up at random
        raise CheckpointError(f"{folder} is not a whole BART model: {len(lacking)} weights are missing, the first is {lacking[0]}.")
    model.generation_config.max_length = None  # lengths are stated with each batch
    model.generation_config.min_length = 0
    return model.eval().to(place), AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
