"""Which files of a repository are fetched: those that are loaded, and no others."""

from __future__ import annotations

import re
from collections.abc import Iterable

from nkd_pipeline.models.safety import OPEN_CLIP, STEMS

COMPONENTS = frozenset(
    {"feature_extractor", "scheduler", "text_encoder", "text_encoder_2", "tokenizer", "tokenizer_2", "transformer", "unet", "vae"}
)  # folders of a diffusers layout; left out are the safety checker, spare VAEs and exports for other engines
TEXTS = (".json", ".txt", ".model", ".spm", ".jinja")  # configurations and tokenizers
POOLING = re.compile(r"\d+_Pooling/config\.json")  # how a model of sentence-transformers makes a sentence of its tokens
LORA = "pytorch_lora_weights.safetensors"  # as diffusers saves it


def wanted_files(names: Iterable[str], weight_name: str | None = None) -> list[str]:
    """The files to fetch of those that a repository has, by their paths in it; without weights among them there are none as safetensors.

    Of a diffusers layout the index and the components' folders, of any other repository files at its root: configurations, tokenizers and the plain
    weights as safetensors, and how a model of sentence-transformers makes sentences. `weight_name` names the one file of weights of a LoRA. No
    pickles, no code, no half-precision or training variants.
    """
    names = set(names)
    if weight_name is not None:
        return sorted(names & {weight_name})
    if "model_index.json" not in names:
        return sorted(_wanted_in(names, LORA) | {name for name in names if POOLING.fullmatch(name)})
    chosen = {"model_index.json"}
    for component in COMPONENTS:
        inside = {name.removeprefix(f"{component}/") for name in names if name.startswith(f"{component}/")}
        chosen |= {f"{component}/{name}" for name in _wanted_in(inside, None)}
    return sorted(chosen)


def weights(names: Iterable[str]) -> list[str]:
    """The weight files among `names`."""
    return [name for name in names if name.endswith(".safetensors")]


def _wanted_in(names: set[str], lora: str | None) -> set[str]:
    """Of the files of one folder; `lora` is the usual name of a LoRA's weights, None where there cannot be one."""
    names = {name for name in names if "/" not in name}
    loaded = names & OPEN_CLIP
    for stem in STEMS.values():
        if f"{stem}.safetensors" in names:
            loaded.add(f"{stem}.safetensors")
        elif f"{stem}.safetensors.index.json" in names:
            loaded |= {name for name in names if re.fullmatch(rf"{stem}-\d+-of-\d+\.safetensors", name)} | {f"{stem}.safetensors.index.json"}
    texts = {name for name in names if name.endswith(TEXTS) and ".index." not in name and name != "adapter_config.json"}
    if loaded or lora is None:
        return loaded | texts
    if lora in names:
        return {lora}
    # a LoRA under a name of its own; the library's names stand for weights that it would not find
    own = {name for name in weights(names) if not name.startswith(tuple(f"{stem}{mark}" for stem in STEMS.values() for mark in ".-"))}
    return own or texts
