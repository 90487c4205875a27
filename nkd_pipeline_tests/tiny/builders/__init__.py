"""Builders of the tiny checkpoints, each a function that fills a folder.

No builder needs another's folder: what two families share (parts, tokenizers, corpus) is built twice. The seeds stand in the code, so that one
machine builds the same bytes again. Another machine, or another number of threads, may round the training of `marian` and `phi3` differently.
"""

import importlib
from collections.abc import Callable
from pathlib import Path

# name of the folder -> module and function; imported when it is built, so that naming the families costs nothing
BUILDERS = {
    "blip2": "blip2:build_blip2",
    "blip_vqa": "blip:build_blip_vqa",
    "clip": "clip:build_clip",
    "flux": "flux:build_schnell",
    "flux_dev": "flux:build_dev",
    "flux_lora": "loras:build_flux_lora",
    "llava": "llava:build_llava",
    "marian": "marian:build_marian",
    "open_clip": "open_clip_twin:build_open_clip",
    "minilm": "minilm:build_minilm",
    "phi3": "phi3:build_phi3",
    "sd15": "stable_diffusion:build_sd15",
    "sd15_lora": "loras:build_sd15_lora",
    "sd21": "stable_diffusion:build_sd21",
    "sdxl_base": "sdxl:build_base",
    "sdxl_refiner": "sdxl:build_refiner",
    "t5": "t5:build_t5",
}


def builder(name: str) -> Callable[[Path], None]:
    """The function that writes a family's checkpoint into an existing, empty folder."""
    module, _, function = BUILDERS[name].partition(":")
    return getattr(importlib.import_module(f"{__name__}.{module}"), function)
