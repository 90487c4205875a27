"""Checkpoints of a training: which are whole, which one to go on from, which ones stay.

A checkpoint is whole when its list of files, written last, says so and every file has the size it names. What a kill cut short has no such list.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from nkd_pipeline.storage import files

PREFIX = "checkpoint-"
LIST = "complete.json"
STATE = "trainer_state.json"
UNREAD = "training_args.bin"  # a pickle that the library writes and nobody reads
RESUMING = frozenset({"optimizer.pt", "scheduler.pt", "rng_state.pth"})  # needed to go on, not to use the model


def seal(checkpoint: Path) -> None:
    """Declares a checkpoint whole: all its files are written."""
    (checkpoint / UNREAD).unlink(missing_ok=True)
    _write_list(checkpoint, {name: size for name, size in files.sizes_below(checkpoint).items() if name != LIST})


def remove_broken(folder: Path) -> list[str]:
    """Removes checkpoints that are not whole, and returns their names."""
    broken = [path for path in _all(folder) if not _is_whole(path)]
    for path in broken:
        shutil.rmtree(path)
    return [path.name for path in broken]


def newest(folder: Path) -> Path | None:
    """The latest whole checkpoint from which a training can go on."""
    return max((path for path in _all(folder) if _is_whole(path) and _list(path).keys() >= RESUMING), key=step_of, default=None)


def best(folder: Path, losses: Mapping[int, float]) -> Path:
    """The whole checkpoint with the lowest held-out loss; `losses` are by step. Raises IndexError when there is none."""
    return _by_loss(folder, losses)[0]


def prune(folder: Path, losses: Mapping[int, float], keep: int) -> None:
    """Removes all but the newest checkpoint and the `keep` best ones; of the latter only what is needed to use the model stays."""
    whole = sorted((path for path in _all(folder) if _is_whole(path)), key=step_of)
    kept = _by_loss(folder, losses)[:keep]
    for path in whole[:-1]:
        if path not in kept:
            shutil.rmtree(path)
            continue
        _write_list(path, {name: size for name, size in _list(path).items() if name not in RESUMING})
        for name in RESUMING:  # only now: until the list is written it names them
            (path / name).unlink(missing_ok=True)


def step_of(checkpoint: Path) -> int:
    """Optimiser steps that had been done."""
    return int(checkpoint.name.removeprefix(PREFIX))


def _by_loss(folder: Path, losses: Mapping[int, float]) -> list[Path]:
    """The whole checkpoints that were measured, the best first, the earlier one of two alike."""
    measured = [path for path in _all(folder) if step_of(path) in losses and _is_whole(path)]
    return sorted(measured, key=lambda path: (losses[step_of(path)], step_of(path)))


def _all(folder: Path) -> list[Path]:
    return [path for path in folder.glob(f"{PREFIX}*") if path.name.removeprefix(PREFIX).isdecimal()]


def _is_whole(checkpoint: Path) -> bool:
    there = files.sizes_below(checkpoint)
    listed = _list(checkpoint)
    return bool(listed) and all(there.get(name) == size for name, size in listed.items())


def _list(checkpoint: Path) -> dict[str, int]:
    try:
        listed = json.loads((checkpoint / LIST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return listed if isinstance(listed, dict) else {}


def _write_list(checkpoint: Path, sizes: Mapping[str, int]) -> None:
    files.replace_text(checkpoint / LIST, json.dumps(sizes, indent=1, sort_keys=True))
