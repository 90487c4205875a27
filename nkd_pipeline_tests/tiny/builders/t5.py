"""T5 as FLAN-T5 has it: gated activations, and a way out of its own beside the embedding."""

from pathlib import Path

import torch
from transformers import GenerationConfig, T5Config, T5ForConditionalGeneration

from nkd_pipeline_tests.tiny.builders.parts import spread
from nkd_pipeline_tests.tiny.builders.vocabularies import t5_tokenizer


def build_t5(folder: Path) -> None:
    """The model with its tokenizer."""
    tokenizer = t5_tokenizer()
    special = {"decoder_start_token_id": 0, "pad_token_id": 0, "eos_token_id": 1}
    config = T5Config(
        vocab_size=len(tokenizer),
        d_model=32,
        d_kv=8,
        d_ff=64,
        num_layers=2,
        num_decoder_layers=2,
        num_heads=4,
        feed_forward_proj="gated-gelu",
        tie_word_embeddings=False,
        dropout_rate=0.0,
        **special,
    )
    model = spread(T5ForConditionalGeneration(config))
    # the library ties both when a model is made; a checkpoint that has two of them, as FLAN-T5's, keeps two
    model.lm_head.weight = torch.nn.Parameter(model.lm_head.weight.detach().flip(0).clone())
    model.generation_config = GenerationConfig(**special)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
