"""Models that stay loaded between the stages of a process, and make room for one another.

One run is one process with one device. What the stages of a run share is loaded once; what does not fit beside a new model goes, the least recently
used first.
"""

from __future__ import annotations

import gc
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any, TypeVar

from nkd_pipeline.models.device import device, free_bytes

T = TypeVar("T")
_log = logging.getLogger(__name__)
MARGIN = 1.1  # of a model's weights: buffers, and what the allocator rounds up
HEADROOM = 512 << 20  # for the activations of the first batch


class Residents:
    """The resident models of one device; `free` says how many bytes of it are free."""

    def __init__(self, free: Callable[[], int]) -> None:
        self._free = free
        self._models: OrderedDict[Hashable, Any] = OrderedDict()  # least recently used first
        self._lock = threading.RLock()  # re-entrant: a model's loading may ask for another resident

    def get(self, key: Hashable, need: int, load: Callable[[], T]) -> T:
        """The model of `key`, loaded by `load` when it is not resident; `need` is its size in bytes on the device.

        A model that does not fit even alone is loaded all the same: how it gets along is its own memory plan. What `load` raises leaves no entry.
        """
        with self._lock:
            if key not in self._models:
                self._make_room(int(need * MARGIN) + HEADROOM)
                _hide_progress_bars()
                self._models[key] = load()
            self._models.move_to_end(key)
            return self._models[key]  # type: ignore[no-any-return]

    def release_all(self) -> None:
        """Forgets all models; their memory is free as soon as no stage holds them."""
        with self._lock:
            self._models.clear()
            release_cached(device())

    def _make_room(self, need: int) -> None:
        while self._models and self._free() < need:
            key = next(iter(self._models))
            _log.info("evicting %s: %.1f GB are needed", key, need / 1e9)
            del self._models[key]  # without a variable that would hold the model a moment longer: the next look at free memory must see it gone
            release_cached(device())


def _hide_progress_bars() -> None:
    """Those that transformers shows over weights as they load: a run has bars of its own."""
    import transformers

    transformers.utils.logging.disable_progress_bar()


def release_cached(place: str) -> None:
    """Frees the memory of models that nothing refers to any more, also for other processes."""
    gc.collect()  # models are full of cycles
    if place.startswith("cuda"):
        import torch

        torch.cuda.empty_cache()


_residents = Residents(lambda: free_bytes(device()))
resident = _residents.get
release_all = _residents.release_all


def weight_bytes(folder: Path) -> int:
    """Bytes of all safetensors files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*.safetensors"))
