"""The one-time conversion of pickled weights to safetensors, for the files that `known.toml` names by their SHA-256."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nkd_pipeline.models.checkpoint import Checkpoint, CheckpointError
from nkd_pipeline.models.known import Conversion


def convert(checkpoint: Checkpoint, conversion: Conversion, folder: Path, others: Iterable[str]) -> None:
    """Makes `checkpoint.converted` of a folder that holds the pickled file and `others`, the configuration and tokenizer files; removes the pickle.

    One at a time: whoever calls holds a lock. Raises CheckpointError when the file is not the one that is pinned, which is then not opened, or holds
    anything but tensors.
    """
    pickled, target = folder / conversion.file, checkpoint.converted
    try:
        _verify(checkpoint, conversion, pickled)
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{target.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)  # what a killed conversion left
        partial.mkdir()
        for name in others:
            shutil.copyfile(folder / name, partial / name)
        _save(_tensors(checkpoint, pickled), partial / "model.safetensors")
        shutil.rmtree(target, ignore_errors=True)
        partial.rename(target)
    finally:
        remove(pickled)


def remove(path: Path) -> None:
    """Removes a file of the hub's cache: the link in the snapshot, and the bytes it leads to."""
    path.resolve().unlink(missing_ok=True)
    path.unlink(missing_ok=True)


def _verify(checkpoint: Checkpoint, conversion: Conversion, pickled: Path) -> None:
    with pickled.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != conversion.sha256:
        raise CheckpointError(
            f"{checkpoint.model}: {conversion.file} is not the file that was reviewed (its SHA-256 is {found[:12]}…, not {conversion.sha256[:12]}…). "
            "It was not opened, and has been removed. Fetch again; if it stays so, the hub or a mirror gives out another file: tell whoever runs it."
        )


def _tensors(checkpoint: Checkpoint, pickled: Path) -> dict[str, Any]:
    """The state dict of a pickled file; torch's restricted unpickler builds tensors and plain containers and calls nothing else."""
    import torch

    try:
        state = torch.load(pickled, map_location="cpu", weights_only=True)
    except Exception as error:
        raise CheckpointError(f"{checkpoint.model}: {pickled.name} is no plain file of weights: {error}. Choose a model with safetensors.") from error
    if not isinstance(state, dict) or not all(isinstance(tensor, torch.Tensor) for tensor in state.values()):
        raise CheckpointError(f"{checkpoint.model}: {pickled.name} holds more than named tensors. Choose a model with safetensors.")
    return state


def _save(state: dict[str, Any], path: Path) -> None:
    """Of tensors that are one and the same in memory the first is kept: transformers ties the others to it when it loads them."""
    from safetensors.torch import save_file

    kept: dict[tuple[object, ...], str] = {}
    for name, tensor in state.items():
        kept.setdefault((tensor.data_ptr(), tensor.dtype, tuple(tensor.shape), tensor.stride()) if tensor.numel() else (name,), name)
    # copied: tensors that share a part of their memory cannot be saved
    save_file({name: state[name].contiguous().clone() for name in kept.values()}, path, metadata={"format": "pt"})
    path.chmod(0o644)  # the library makes it private; other accounts of the machine use the same models
