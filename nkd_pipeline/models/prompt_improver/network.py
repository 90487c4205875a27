"""T5 models of the prompt improver: made from nothing, or loaded from a checkpoint."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.prompt_improver.settings import SmallT5
from nkd_pipeline.models.prompt_improver.tokenizer import made_tokenizer
from nkd_pipeline.models.weights import require_whole

if TYPE_CHECKING:
    import torch

_CURE = "Name a T5 checkpoint such as google/flan-t5-base, or one that was trained here."


def made_model(texts: Iterable[str], size: SmallT5, seed: int) -> tuple[Any, Any]:
    """(model, tokenizer) from nothing; the same for the same arguments."""
    import torch
    from transformers import GenerationConfig, T5Config, T5ForConditionalGeneration

    tokenizer = made_tokenizer(texts, size.words)
    special = {"decoder_start_token_id": tokenizer.pad_token_id, "pad_token_id": tokenizer.pad_token_id, "eos_token_id": tokenizer.eos_token_id}
    config = T5Config(
        vocab_size=len(tokenizer),
        d_model=size.width,
        d_kv=size.width // size.heads,
        d_ff=2 * size.width,
        num_layers=size.layers,
        num_decoder_layers=size.layers,
        num_heads=size.heads,
        dropout_rate=size.dropout,
        feed_forward_proj="gated-gelu",
        **special,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = T5ForConditionalGeneration(config)
    model.generation_config = GenerationConfig(**special)
    return model, tokenizer


def loaded_model(folder: Path, dtype: torch.dtype) -> tuple[Any, Any]:
    """(model, tokenizer) of a checked folder, on the CPU. Raises CheckpointError when it does not hold all weights of a T5 model."""
    from transformers import AutoConfig, AutoTokenizer, T5ForConditionalGeneration

    if (kind := AutoConfig.from_pretrained(folder, local_files_only=True).model_type) != "t5":
        raise CheckpointError(f"{folder} is a model of type {kind}. {_CURE}")
    loaded: Any = T5ForConditionalGeneration.from_pretrained(
        folder, dtype=dtype, use_safetensors=True, local_files_only=True, output_loading_info=True
    )
    model, report = loaded
    require_whole(folder, report, "T5 model", _CURE)
    return model, AutoTokenizer.from_pretrained(folder, local_files_only=True)
