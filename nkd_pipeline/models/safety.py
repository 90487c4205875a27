"""What a checkpoint's folder must be before anything is loaded from it: complete, weights as safetensors, no code of its own.

Only names, configurations and the headers of weight files are read, so that the check takes milliseconds whatever the size. Links are followed, and
what they lead to is checked: a snapshot of the hub's cache consists of links into its blobs.
"""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from typing import Any

from nkd_pipeline.models.checkpoint import Checkpoint, CheckpointError
from nkd_pipeline.models.diffusion.families import table

# formats that execute code when they are opened (pickle), or that only other frameworks read
UNSAFE = frozenset({".bin", ".pt", ".pth", ".ckpt", ".pkl", ".ot", ".h5", ".msgpack"})
STEMS = {"transformers": "model", "diffusers": "diffusion_pytorch_model"}  # what the libraries call their weight files
OPEN_CLIP = frozenset({"open_clip_model.safetensors", "open_clip_pytorch_model.safetensors"})
WEIGHTED = frozenset(
    {
        "AutoencoderKL",
        "CLIPTextModel",
        "CLIPTextModelWithProjection",
        "FluxTransformer2DModel",
        "T5EncoderModel",
        "UNet2DConditionModel",
    }
)
UNWEIGHTED = frozenset({"CLIPFeatureExtractor", "CLIPImageProcessor", "CLIPTokenizer", "CLIPTokenizerFast", "T5Tokenizer", "T5TokenizerFast"})
NEVER_LOADED = frozenset({"safety_checker", "image_encoder"})  # components that no stage of this package asks for
LONGEST_HEADER = 100_000_000  # bytes, as the safetensors library has it


def checked_folder(checkpoint: Checkpoint) -> Path:
    """The checkpoint's folder. Raises CheckpointError when it is not on this machine or must not be loaded."""
    folder = checkpoint.folder()
    try:
        if (folder / "model_index.json").exists():
            _check_pipeline(folder)
        else:
            _check_model(folder)
        if (name := named_weights(checkpoint)) and not (folder / name).is_file():
            raise _IncompleteError(f"{folder / name} is missing.")
    except _IncompleteError as error:
        again = "Copy the folder again, whole." if checkpoint.is_local else "Run `nkd models fetch` with the same profile: it gets what is missing."
        raise CheckpointError(f"{error} {again}") from None
    return folder


def named_weights(checkpoint: Checkpoint) -> str | None:
    """The one file of weights that a LoRA's settings name among several; None for all other checkpoints."""
    return getattr(checkpoint, "weight_name", None)


def damage(weights: Path) -> str | None:
    """What is wrong with a safetensors file by its header and size; None for a sound one."""
    size = weights.stat().st_size
    with weights.open("rb") as stream:
        start = stream.read(8)
        if start == b"version ":
            return "is a Git LFS pointer, not the weights: run `git lfs pull` in the folder"
        length = int.from_bytes(start, "little")
        if length > LONGEST_HEADER:
            return "is no safetensors file"
        if size < 8 + length:
            return f"is cut off after {size:,} bytes, inside its header"
        try:
            entries = json.loads(stream.read(length))
            end = max((entry["data_offsets"][1] for name, entry in entries.items() if name != "__metadata__"), default=0)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
            return "is no safetensors file"
    wanted = 8 + length + end
    return None if size == wanted else f"has {size:,} bytes where its header says {wanted:,}"


class _IncompleteError(Exception):
    """Files are missing or damaged: having them again is the cure."""


def _check_pipeline(folder: Path) -> None:
    """A diffusers layout: `model_index.json` names the pipeline's class and its components, each in a folder of its own."""
    index = folder / "model_index.json"
    entries = _read(index)
    known = {kind.pipeline for kind in (*table().families.values(), *table().refiners.values())}
    if (name := entries.get("_class_name")) not in known:
        raise CheckpointError(f"{index}: pipelines of class {name} are not used here. Choose a model of one of {', '.join(sorted(known))}.")
    if (code := folder / "pipeline.py").exists():
        raise CheckpointError(f"{code}: the checkpoint brings a pipeline of its own, and code of checkpoints is never run. Choose another model.")
    for component, entry in entries.items():
        if isinstance(entry, list) and any(entry) and component not in NEVER_LOADED:
            _check_component(index, component, entry)


def _check_component(index: Path, component: str, entry: list[Any]) -> None:
    library, kind = entry if len(entry) == 2 else (None, entry)
    known = isinstance(kind, str) and (kind in WEIGHTED or kind in UNWEIGHTED or kind.endswith("Scheduler"))
    if library not in ("diffusers", "transformers") or not known or not component.isidentifier():
        raise CheckpointError(
            f"{index}: component {component} is {kind} of {library}, which is not used here and may be code of the checkpoint. Choose another model."
        )
    folder = index.parent / component
    if not folder.is_dir():
        raise _IncompleteError(f"{folder} is missing.")
    if kind in WEIGHTED:
        _check_model(folder, library)
    else:
        _check_code(folder)


def _check_model(folder: Path, library: str = "transformers") -> None:
    """A folder with weights: a transformers model, a component of a pipeline, an open_clip model or a LoRA."""
    _check_code(folder)
    names = {path.name for path in folder.iterdir() if path.is_file()}
    loaded = {name for name in names if name.endswith(".safetensors")}
    if "config.json" in names:  # the libraries look for these names, and for a pickle when there are none
        loaded = names & {f"{STEMS[library]}.safetensors", f"{STEMS[library]}.safetensors.index.json"}
        loaded |= names & OPEN_CLIP if "open_clip_config.json" in names else set()
    if not loaded:
        _refuse_without_weights(folder, names, STEMS[library])
    for name in sorted(names):
        if name.endswith(".safetensors.index.json"):
            _check_shards(folder / name, names)
        elif name.endswith(".safetensors") and (wrong := damage(folder / name)):
            raise _IncompleteError(f"{folder / name} {wrong}.")


def _refuse_without_weights(folder: Path, names: set[str], stem: str) -> None:
    if pickles := sorted(name for name in names if Path(name).suffix in UNSAFE):
        raise CheckpointError(
            f"{folder / pickles[0]}: the weights are there only in a format that can run code when it is opened. Choose a model with safetensors, "
            "or convert a copy that you trust on a machine that you can spare (load it there and call save_pretrained)."
        )
    if variants := sorted(name for name in names if name.endswith(".safetensors")):
        raise CheckpointError(f"{folder} has {variants[0]} but no {stem}.safetensors. Choose another revision.")
    raise _IncompleteError(f"{folder} has no weights.")


def _check_shards(index: Path, names: set[str]) -> None:
    shards = _read(index).get("weight_map")
    shards = set(shards.values()) if isinstance(shards, dict) and all(isinstance(name, str) for name in shards.values()) else {""}
    if wrong := sorted(name for name in shards if not re.fullmatch(r"[\w.-]+\.safetensors", name)):
        raise CheckpointError(f"{index} names {wrong[0] or 'nothing'} as weights; only safetensors files beside it are loaded. Choose another model.")
    if missing := sorted(shards - names):
        raise _IncompleteError(f"{index.parent} lacks {', '.join(missing)}, which {index.name} names.")


def _check_code(folder: Path) -> None:
    """Refuses configurations that ask for code of the checkpoint, or for a second, unpinned model."""
    for path in sorted(folder.glob("*config.json")):
        if not _read(path).get("auto_map"):
            continue
        # a model that transformers has itself is loaded from there: the checkpoint's own code beside it is ignored
        config = folder / "config.json"
        model_type = _read(config).get("model_type") if config.exists() else None
        if not _is_native(model_type):
            raise CheckpointError(
                f"{path} asks for code of the checkpoint (auto_map; model type {model_type or 'not stated'}), which is never run. "
                "Choose a model that the installed transformers knows, or a newer transformers."
            )
    if (adapter := folder / "adapter_config.json").exists():
        raise CheckpointError(f"{adapter}: an adapter that loads another model by name. Merge it into that model and name the merged folder.")


def _is_native(model_type: object) -> bool:
    """Whether transformers brings this model type, by its source: importing transformers would import torch."""
    spec = importlib.util.find_spec("transformers")
    if spec is None or spec.origin is None or not isinstance(model_type, str) or not re.fullmatch(r"[\w-]+", model_type):
        return False
    module = model_type.replace("-", "_")
    source = Path(spec.origin).parent / "models" / module / f"configuration_{module}.py"
    return source.exists() and f'model_type = "{model_type}"' in source.read_text(encoding="utf-8")


def _read(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise _IncompleteError(f"{path} is missing.") from None  # a link whose target is gone
    except (ValueError, RecursionError):  # the latter for brackets in brackets without end
        values = None
    if not isinstance(values, dict):
        raise _IncompleteError(f"{path} is no JSON object.")
    return values
