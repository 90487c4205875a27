"""A checkpoint in which one word is no number: what an overflow does to a picture, without needing one."""

import shutil

import torch
from safetensors.torch import load_file, save_file
from transformers import CLIPTokenizer

POISON = "zzz"


def poisoned(source, folder):
    """A copy of a Stable Diffusion checkpoint whose text encoder gives NaN for POISON."""
    shutil.copytree(source, folder)
    file = folder / "text_encoder" / "model.safetensors"
    weights = load_file(file)
    token = CLIPTokenizer.from_pretrained(folder / "tokenizer")(POISON, add_special_tokens=False).input_ids[-1]
    name = next(name for name in weights if name.endswith("token_embedding.weight"))
    weights[name] = weights[name].clone()
    weights[name][token] = torch.nan
    save_file(weights, file, metadata={"format": "pt"})
    return folder
