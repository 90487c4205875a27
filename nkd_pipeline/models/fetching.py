"""Fetching checkpoints from the hub: pinned commits, safetensors only, and nothing that is not loaded."""

from __future__ import annotations

import contextlib
import errno
import glob
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nkd_pipeline.models.checkpoint import Checkpoint, CheckpointError
from nkd_pipeline.models.converting import convert, remove
from nkd_pipeline.models.hub_errors import explained
from nkd_pipeline.models.known import Conversion, known
from nkd_pipeline.models.safety import checked_folder, damage, named_weights
from nkd_pipeline.models.wanted import wanted_files, weights
from nkd_pipeline.storage import files

ABANDONED = 3600.0  # seconds after which nobody writes to a partial file any more: the library begins a new one each time


@dataclass(frozen=True, slots=True)
class Plan:
    """What is fetched of a checkpoint."""

    checkpoint: Checkpoint
    sizes: Mapping[str, int]  # file -> bytes
    conversion: Conversion | None = None  # of the one pickled file among them

    @property
    def bytes(self) -> int:
        """All that is downloaded when nothing of it is there yet."""
        return sum(self.sizes.values())


def plan_fetch(checkpoint: Checkpoint) -> Plan:
    """What is to be fetched, by the hub's own list of files. Raises CheckpointError when the hub does not give it or has no safetensors."""
    if checkpoint.is_local:
        raise CheckpointError(f"{checkpoint.model} is a folder of this machine: it is used as it is and never fetched.")
    with explained(checkpoint):
        from huggingface_hub import HfApi

        info = HfApi().model_info(checkpoint.model, revision=checkpoint.revision, files_metadata=True)
        sizes = {file.rfilename: file.size or 0 for file in info.siblings or ()}
    chosen = wanted_files(sizes, named_weights(checkpoint))
    if weights(chosen):
        return Plan(checkpoint, {name: sizes[name] for name in chosen})
    entry = known(checkpoint)
    if entry is None or entry.convert is None or entry.convert.file not in sizes:
        raise CheckpointError(
            f"{checkpoint.model} at {str(checkpoint.revision)[:8]} has no weights as safetensors that could be loaded. Other formats are not "
            "fetched, since opening them can run code. Choose another revision or model; many have a copy that somebody converted."
        )
    return Plan(checkpoint, {name: sizes[name] for name in [*chosen, entry.convert.file]}, entry.convert)


def fetch(plan: Plan) -> Path:
    """Downloads what is missing and returns the checked folder. Raises CheckpointError with the cure; whole files are kept for the next time."""
    checkpoint = plan.checkpoint
    with explained(checkpoint), files.locked(checkpoint.converted.with_name(f".{checkpoint.converted.name}.lock")):
        with contextlib.suppress(CheckpointError):
            return checked_folder(checkpoint)  # another process was faster
        _tidy(checkpoint)
        _require_space(plan)
        last = [plan.conversion.file] if plan.conversion else weights(plan.sizes)
        others = sorted(plan.sizes.keys() - set(last))
        # weights last: whoever finds them whole after an interruption finds all the rest as well
        for part in filter(None, (others, last)):
            folder = _download(checkpoint, part)
        if plan.conversion:
            convert(checkpoint, plan.conversion, folder, others)
    return checked_folder(checkpoint)


def _download(checkpoint: Checkpoint, names: list[str]) -> Path:
    from huggingface_hub import snapshot_download

    patterns = [glob.escape(name) for name in names]
    return Path(snapshot_download(checkpoint.model, revision=checkpoint.revision, allow_patterns=patterns))


def _tidy(checkpoint: Checkpoint) -> None:
    """Removes broken weight files, which the library would take for good ones because they are there, and what killed downloads left."""
    for path in checkpoint.snapshot.rglob("*.safetensors"):
        if path.is_file() and damage(path):
            remove(path)
    for path in (checkpoint.snapshot.parents[1] / "blobs").glob("*.incomplete"):
        if time.time() - path.stat().st_mtime > ABANDONED:
            path.unlink(missing_ok=True)


def _require_space(plan: Plan) -> None:
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.constants import HF_HUB_CACHE

    checkpoint = plan.checkpoint
    there = [name for name in plan.sizes if isinstance(try_to_load_from_cache(checkpoint.model, name, revision=checkpoint.revision), str)]
    need = plan.bytes - sum(plan.sizes[name] for name in there)
    cache = Path(HF_HUB_CACHE)
    free = shutil.disk_usage(next(place for place in (cache, *cache.parents) if place.exists())).free
    if need > free:
        raise OSError(errno.ENOSPC, f"{need / 1e9:.1f} GB are needed, {free / 1e9:.1f} GB are free", str(cache))
