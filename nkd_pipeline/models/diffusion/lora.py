"""LoRA: small matrices beside a model's layers, each key of whose file must find its layer.

The library only logs the keys that it has no use for, and a LoRA for another model then changes little or nothing; here that is an error.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.diffusion.settings import LoraSettings
from nkd_pipeline.models.safety import checked_folder

USUAL_NAME = "pytorch_lora_weights.safetensors"
# how a key names a layer and which of the two matrices it holds: the layout of peft, that of diffusers, and its older one
_KEYS = re.compile(r"(?P<layer>.+?)\.(?:lora_|lora\.|lora_linear_layer\.)(?P<half>A|B|down|up)\.weight")
_OLD_KEYS = re.compile(r"(?P<layer>.+?)\.processor\.(?P<part>to_q|to_k|to_v|to_out)_lora\.(?P<half>down|up)\.weight")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LoadedLora:
    """What a LoRA came to."""

    identity: str
    scale: float
    rank: int  # the highest of its layers
    layers: int

    def as_settings(self) -> dict[str, object]:
        """For the provenance of pictures."""
        return {"model": self.identity, "scale": self.scale, "rank": self.rank, "layers": self.layers}


def load_loras(pipe: Any, loras: Sequence[LoraSettings], title: str) -> tuple[LoadedLora, ...]:  # noqa: ANN401
    """Loads LoRAs into a pipeline fresh from its checkpoint and weighs them; one of scale 0 is checked and left out.

    `title` is the model's name for messages. Raises CheckpointError for a file that is missing, holds no LoRA, or holds keys for other layers.
    """
    loaded, active = [], {}
    for lora in loras:
        file = lora_file(lora)
        report = _checked(pipe, lora, file, title)
        _log.info("LoRA %s: rank %d, %d layers, scale %g", report.identity, report.rank, report.layers, report.scale)
        loaded.append(report)
        if lora.scale == 0:
            continue  # the plain model, to the last bit
        name = f"lora_{hashlib.sha256(f'{report.identity} {file.name}'.encode()).hexdigest()[:12]}"
        if name in active:
            raise CheckpointError(f"{lora.name}: this LoRA is named twice. Name it once, with the scale that it shall have.")
        with _quiet():
            pipe.load_lora_weights(str(file.parent), weight_name=file.name, adapter_name=name, local_files_only=True, use_safetensors=True)
        active[name] = lora.scale
        if (found := _adapted_layers(pipe, name)) != report.layers:
            raise CheckpointError(f"{lora.name}: {found} of its {report.layers} layers were loaded. Its layout is unknown: save it with diffusers.")
    if active:
        pipe.set_adapters(list(active), list(active.values()))
    return tuple(loaded)


def lora_file(lora: LoraSettings) -> Path:
    """The LoRA's file. Raises CheckpointError when it is missing, or when there are several to choose from."""
    folder = checked_folder(lora)
    found = sorted(path.name for path in folder.glob("*.safetensors"))
    name = lora.weight_name or (USUAL_NAME if USUAL_NAME in found else found[0] if len(found) == 1 else None)
    if name is None:
        raise CheckpointError(f"{lora.name}: the folder holds several LoRA: {_some(found)}. Name one as weight_name.")
    return folder / name


def _checked(pipe: Any, lora: LoraSettings, file: Path, title: str) -> LoadedLora:  # noqa: ANN401
    """Counts layers and rank; raises CheckpointError unless every key belongs to a layer of the pipeline and fits its size."""
    weights = _weights(pipe, lora, file, title)
    modules = {
        f"{part}.{name}": module
        for part in ("transformer", "unet", "text_encoder", "text_encoder_2")
        if getattr(pipe, part, None) is not None
        for name, module in getattr(pipe, part).named_modules()
    }
    layers, strangers = set(), []
    for key, weight in weights.items():
        layer, half = _place_of(key)
        module = modules.get(layer) or modules.get(layer.replace(".text_model.", ".", 1))  # the name of older versions of the library
        side = 1 if half in ("A", "down") else 0  # the first half takes the layer's input, the second gives its output
        if module is None or getattr(module, "weight", None) is None or module.weight.shape[side] != weight.shape[side]:
            strangers.append(key)
        layers.add(layer)
    if strangers or not layers:
        raise CheckpointError(
            f"{lora.name}: {len(strangers)} of its {len(weights)} keys fit no layer of {title}: {_some(strangers)}. It was made for another model; "
            "name one that was trained on this one."
        )
    rank = max(int(min(weight.shape[:2])) for weight in weights.values())
    return LoadedLora(lora.identity(), lora.scale, rank, len(layers))


def _weights(pipe: Any, lora: LoraSettings, file: Path, title: str) -> dict[str, Any]:  # noqa: ANN401
    """The file's tensors under the names that diffusers gives them."""
    from safetensors import safe_open

    with safe_open(file, "pt") as opened:
        keys = list(opened.keys())
    if not any("lora" in key for key in keys):
        raise CheckpointError(f"{lora.name}: {file.name} holds no LoRA. Found: {_some(keys)}.")
    if any("dora_scale" in key for key in keys):
        raise CheckpointError(f"{lora.name}: {file.name} is a DoRA, whose scales the library leaves out. Save it as LoRA, merged with its scales.")
    options = {"unet_config": pipe.unet.config} if hasattr(pipe, "unet") else {}
    try:
        found = pipe.lora_state_dict(str(file.parent), weight_name=file.name, local_files_only=True, use_safetensors=True, **options)
    except Exception as error:
        raise CheckpointError(f"{lora.name}: {file.name} cannot be read as LoRA for {title}: {error}. Found: {_some(keys)}.") from error
    weights: dict[str, Any] = found[0] if isinstance(found, tuple) else found
    return weights


def _place_of(key: str) -> tuple[str, str]:
    if old := _OLD_KEYS.fullmatch(key):
        return f"{old['layer']}.{old['part']}{'.0' if old['part'] == 'to_out' else ''}", old["half"]
    new = _KEYS.fullmatch(key)
    return (new["layer"], new["half"]) if new else (key, "")


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Without the library's warning for each text encoder that a LoRA does not touch."""
    from diffusers.utils import logging as library

    before = library.get_verbosity()
    library.set_verbosity_error()
    try:
        yield
    finally:
        library.set_verbosity(before)


def _adapted_layers(pipe: Any, name: str) -> int:  # noqa: ANN401
    parts = (getattr(pipe, part, None) for part in ("transformer", "unet", "text_encoder", "text_encoder_2"))
    return sum(name in getattr(module, "lora_A", ()) for part in parts if part is not None for module in part.modules())


def _some(names: Sequence[str], most: int = 4) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return (", ".join(names[:most]) or "nothing") + more
