"""CLIP as OpenAI published it, with the whole vocabulary: open_clip has that one built in, and its twin must read the same tokens."""

from pathlib import Path

import torch
from transformers import CLIPConfig, CLIPImageProcessor, CLIPModel

from nkd_pipeline_tests.tiny.builders.parts import spread
from nkd_pipeline_tests.tiny.builders.vocabularies import FULL, clip_tokenizer


def build_clip(folder: Path) -> None:
    """CLIP with its tokenizer and its image processor."""
    clip_model().save_pretrained(folder)
    clip_tokenizer(FULL).save_pretrained(folder)
    CLIPImageProcessor().save_pretrained(folder)


def clip_model() -> CLIPModel:
    """The model, with the same weights whenever it is called: `open_clip` has them too."""
    torch.manual_seed(0)
    tokenizer = clip_tokenizer(FULL)
    towers = {"num_hidden_layers": 2, "num_attention_heads": 4, "projection_dim": 32, "hidden_act": "quick_gelu"}
    text = {
        **towers,
        "vocab_size": len(tokenizer),
        "hidden_size": 32,
        "intermediate_size": 128,
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }
    vision = {**towers, "hidden_size": 64, "intermediate_size": 256, "image_size": 224, "patch_size": 14}
    # exp(4.6052) = 100, where the published models have arrived
    return spread(CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=32, logit_scale_init_value=4.6052)))
