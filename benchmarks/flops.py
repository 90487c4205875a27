"""Floating-point operations of a picture, counted on the models' graphs without any memory: the floor that no implementation gets below."""

# ruff: noqa: ANN401 - stages and models of three libraries go through here
from __future__ import annotations

import math
from pathlib import Path
from typing import Any


def flops_per_picture(folder: Path, *, steps: int = 4, tokens: int = 256) -> dict[str, float]:
    """Operations per part of a FLUX checkpoint (its configurations suffice) for one picture of its native size, multiply and add counted apart."""
    import torch
    from diffusers import AutoencoderKL, FluxTransformer2DModel
    from transformers import CLIPTextConfig, CLIPTextModel, T5Config, T5EncoderModel

    def made(kind: Any, name: str) -> Any:
        return kind.from_config(kind.load_config(folder / name))

    with torch.device("meta"), torch.no_grad():
        transformer, vae = made(FluxTransformer2DModel, "transformer"), made(AutoencoderKL, "vae")
        clip = CLIPTextModel(CLIPTextConfig.from_pretrained(folder / "text_encoder"))
        t5 = T5EncoderModel(T5Config.from_pretrained(folder / "text_encoder_2"))
        edge = vae.config.sample_size // 2 ** (len(vae.config.block_out_channels) - 1)  # of the latents
        patches, shape = (edge // 2) ** 2, transformer.config
        step = {
            "hidden_states": torch.empty(1, patches, shape.in_channels),
            "encoder_hidden_states": torch.empty(1, tokens, shape.joint_attention_dim),
            "pooled_projections": torch.empty(1, shape.pooled_projection_dim),
            "timestep": torch.empty(1),
            "img_ids": torch.empty(patches, 3),
            "txt_ids": torch.empty(tokens, 3),
        }
        return {
            "text encoders": _counted(clip, torch.zeros(1, 77, dtype=torch.long)) + _counted(t5, torch.zeros(1, tokens, dtype=torch.long)),
            "denoiser": steps * _counted(transformer, **step),
            "decoder": _counted(vae.decode, torch.empty(1, vae.config.latent_channels, edge, edge)),
        }


def _counted(model: Any, *inputs: Any, **named: Any) -> float:
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counter:
        model(*inputs, **named)
    return float(counter.get_total_flops())


def matmul_rate(place: str, dtype: Any, edge: int) -> float:
    """Operations per second of a square matrix product, the best of several rounds: what this device reaches, whatever its data sheet says."""
    import time

    import torch

    left, right = (torch.randn(edge, edge, dtype=dtype, device=place) for _ in range(2))
    best = math.inf
    for _ in range(4):
        _wait(place)
        started = time.perf_counter()
        for _ in range(10):
            torch.mm(left, right)
        _wait(place)
        best = min(best, (time.perf_counter() - started) / 10)
    return 2 * edge**3 / best


def _wait(place: str) -> None:
    if place.startswith("cuda"):
        import torch

        torch.cuda.synchronize(place)
