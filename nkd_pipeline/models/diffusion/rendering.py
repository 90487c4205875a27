"""From conditioning to pixels: denoising in batches, decoding picture by picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nkd_pipeline.models.diffusion.clip_text import Embedding
from nkd_pipeline.models.diffusion.pipelines import Pipelines
from nkd_pipeline.models.diffusion.prompts import Conditioning
from nkd_pipeline.models.diffusion.recipe import Recipe

if TYPE_CHECKING:
    import numpy as np
    import torch

# the brightest value of a picture that counts as black
BLACK = 8


def denoise(pipelines: Pipelines, recipe: Recipe, rows: Sequence[Conditioning], seeds: Sequence[int]) -> torch.Tensor:
    """Latents of a batch, rows x channels x height x width. Each row has its own noise, drawn on the CPU, so that no other row has a say in it."""
    import torch

    base = pipelines.base
    options: dict[str, Any] = {
        "num_inference_steps": recipe.steps,
        "guidance_scale": recipe.guidance,
        "generator": [torch.Generator("cpu").manual_seed(seed) for seed in seeds],
        "output_type": "latent",
    }
    size = {"height": recipe.height, "width": recipe.width}
    if recipe.max_sequence_length is not None:
        latents = base(**_embeddings(rows, pipelines), **size, **options).images
        return base._unpack_latents(latents, recipe.height, recipe.width, base.vae_scale_factor)  # type: ignore[no-any-return]
    options["eta"] = recipe.eta or 0.0
    zeros = bool(base.config.get("force_zeros_for_empty_prompt"))
    if pipelines.refiner is None:
        return base(**_embeddings(rows, pipelines, zeros=zeros), **size, **options).images  # type: ignore[no-any-return]
    latents = base(**_embeddings(rows, pipelines, zeros=zeros), **size, **options, denoising_end=recipe.split).images
    refiner = pipelines.refiner
    width = refiner.unet.config.cross_attention_dim
    zeros = bool(refiner.config.get("force_zeros_for_empty_prompt"))
    embeddings = _embeddings(rows, pipelines, zeros=zeros, width=width)
    return refiner(image=latents, **embeddings, **options, denoising_start=recipe.split).images  # type: ignore[no-any-return]


def decode(vae: Any, latents: torch.Tensor) -> np.ndarray | None:  # noqa: ANN401
    """One picture, height x width x 3, 0..255, from latents of one row; None when it came out black or not as numbers at all."""
    import torch

    scaled = latents / vae.config.scaling_factor + (vae.config.shift_factor or 0.0)
    with torch.no_grad():
        picture = vae.decode(scaled.to(vae.dtype), return_dict=False)[0][0].float()
    if not bool(torch.isfinite(picture).all()):
        return None
    pixels = ((picture / 2 + 0.5).clamp(0, 1) * 255).round().to(torch.uint8).permute(1, 2, 0).contiguous().cpu().numpy()
    return pixels if pixels.max() > BLACK else None


def _embeddings(rows: Sequence[Conditioning], pipelines: Pipelines, *, zeros: bool = False, width: int | None = None) -> dict[str, Any]:
    """The pipelines' arguments. `zeros`: an empty negative prompt is zeros. `width`: only the last dimensions, those of the second text encoder."""
    found = _stacked("", [row.positive for row in rows], pipelines, width)
    if rows[0].negative is not None:
        found |= _stacked("negative_", [_zeroed(row, zeros=zeros) for row in rows], pipelines, width)
    return found


def _stacked(prefix: str, embeddings: Sequence[Embedding], pipelines: Pipelines, width: int | None) -> dict[str, Any]:
    import torch

    tokens = torch.stack([embedding.tokens for embedding in embeddings])
    found = {f"{prefix}prompt_embeds": tokens if width is None else tokens[..., -width:]}
    pooled = [embedding.pooled for embedding in embeddings if embedding.pooled is not None]
    if pooled:
        found[f"{prefix}pooled_prompt_embeds" if not prefix else "negative_pooled_prompt_embeds"] = torch.stack(pooled)
    return {name: tensor.to(pipelines.device) for name, tensor in found.items()}


def _zeroed(row: Conditioning, *, zeros: bool) -> Embedding:
    """The negative prompt; where it says nothing, zeros for models that were trained so."""
    import torch

    negative = row.negative
    assert negative is not None  # guidance is on
    if row.has_negative or not zeros:
        return negative
    pooled = None if negative.pooled is None else torch.zeros_like(negative.pooled)
    return Embedding(torch.zeros_like(negative.tokens), pooled)
