"""The weights of the tiny CLIP in open_clip's format: on equal pixels both give equal scores."""

import json
from pathlib import Path

import torch
from open_clip.constants import OPENAI_DATASET_MEAN, OPENAI_DATASET_STD
from safetensors.torch import save_file
from transformers import CLIPConfig

from nkd_pipeline_tests.tiny.builders.clip import clip_model

Weights = dict[str, torch.Tensor]


def build_open_clip(folder: Path) -> None:
    """A folder for open_clip's `local-dir:` names."""
    model = clip_model()
    config = {"model_cfg": _model_config(model.config), "preprocess_cfg": {"mean": OPENAI_DATASET_MEAN, "std": OPENAI_DATASET_STD}}
    (folder / "open_clip_config.json").write_text(json.dumps(config, indent=2), encoding="utf-8")
    weights = {name: tensor.clone().contiguous() for name, tensor in _converted(model.state_dict()).items()}
    save_file(weights, folder / "open_clip_model.safetensors")


def _model_config(config: CLIPConfig) -> dict[str, object]:
    text, vision = config.text_config, config.vision_config
    return {
        "embed_dim": config.projection_dim,
        "quick_gelu": True,
        "vision_cfg": {
            "image_size": vision.image_size,
            "layers": vision.num_hidden_layers,
            "width": vision.hidden_size,
            "head_width": vision.hidden_size // vision.num_attention_heads,
            "patch_size": vision.patch_size,
            "mlp_ratio": vision.intermediate_size / vision.hidden_size,
        },
        "text_cfg": {
            "context_length": text.max_position_embeddings,
            "vocab_size": text.vocab_size,
            "width": text.hidden_size,
            "heads": text.num_attention_heads,
            "layers": text.num_hidden_layers,
        },
    }


def _converted(source: Weights) -> Weights:
    """open_clip joins query, key and value into one matrix, multiplies projections from the other side, and names all else differently."""
    return {
        **_tower(source, "vision_model.", "visual."),
        **_tower(source, "text_model.", ""),
        **_norm(source, "vision_model.pre_layrnorm", "visual.ln_pre"),
        **_norm(source, "vision_model.post_layernorm", "visual.ln_post"),
        **_norm(source, "text_model.final_layer_norm", "ln_final"),
        "visual.class_embedding": source["vision_model.embeddings.class_embedding"],
        "visual.positional_embedding": source["vision_model.embeddings.position_embedding.weight"],
        "visual.conv1.weight": source["vision_model.embeddings.patch_embedding.weight"],
        "visual.proj": source["visual_projection.weight"].T,
        "token_embedding.weight": source["text_model.embeddings.token_embedding.weight"],
        "positional_embedding": source["text_model.embeddings.position_embedding.weight"],
        "text_projection": source["text_projection.weight"].T,
        "logit_scale": source["logit_scale"],
    }


def _tower(source: Weights, prefix: str, new_prefix: str) -> Weights:
    converted: Weights = {}
    for layer in range(2):
        old, new = f"{prefix}encoder.layers.{layer}", f"{new_prefix}transformer.resblocks.{layer}"
        for kind in ("weight", "bias"):
            converted[f"{new}.attn.in_proj_{kind}"] = torch.cat([source[f"{old}.self_attn.{part}_proj.{kind}"] for part in "qkv"])
            converted[f"{new}.attn.out_proj.{kind}"] = source[f"{old}.self_attn.out_proj.{kind}"]
            converted[f"{new}.mlp.c_fc.{kind}"] = source[f"{old}.mlp.fc1.{kind}"]
            converted[f"{new}.mlp.c_proj.{kind}"] = source[f"{old}.mlp.fc2.{kind}"]
        converted.update(_norm(source, f"{old}.layer_norm1", f"{new}.ln_1"))
        converted.update(_norm(source, f"{old}.layer_norm2", f"{new}.ln_2"))
    return converted


def _norm(source: Weights, old: str, new: str) -> Weights:
    return {f"{new}.{kind}": source[f"{old}.{kind}"] for kind in ("weight", "bias")}
