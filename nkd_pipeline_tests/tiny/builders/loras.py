"""LoRA adapters for the tiny image models, in the layout that diffusers writes."""

from pathlib import Path

import torch
from diffusers import FluxPipeline, StableDiffusionPipeline
from diffusers.utils import convert_state_dict_to_diffusers
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict

from nkd_pipeline_tests.tiny.builders.flux import flux_transformer
from nkd_pipeline_tests.tiny.builders.stable_diffusion import sd15_unet

ATTENTION = ["to_q", "to_k", "to_v", "to_out.0"]


def build_flux_lora(folder: Path) -> None:
    """For `flux` and `flux_dev`: attention and the feed-forward parts of the single blocks."""
    layers = _adapter(flux_transformer(guidance=False), [*ATTENTION, "proj_mlp", "proj_out"])
    FluxPipeline.save_lora_weights(folder, transformer_lora_layers=layers)


def build_sd15_lora(folder: Path) -> None:
    """For `sd15`: attention."""
    layers = _adapter(sd15_unet(), ATTENTION)
    StableDiffusionPipeline.save_lora_weights(folder, unet_lora_layers=convert_state_dict_to_diffusers(layers))


def _adapter(model: torch.nn.Module, targets: list[str]) -> dict[str, torch.Tensor]:
    """Weights of a rank 4 adapter. Both halves are random: fresh adapters have one half zero and would change nothing."""
    model.add_adapter(LoraConfig(r=4, lora_alpha=4, target_modules=targets))
    generator = torch.Generator().manual_seed(3)
    for name, weights in model.named_parameters():
        if "lora_" in name:
            weights.data.copy_(torch.randn(weights.shape, generator=generator) * 0.3)
    return get_peft_model_state_dict(model)
