"""Memory that is free again goes back to the system."""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Callable


def give_back() -> None:
    """Returns free memory to the system, where the C library can do that (glibc).

    After a neural model's batches glibc keeps what they needed in pieces: without this a process grew by 10 to 20 MB with each shard.
    """
    if trim := _trim():
        trim(0)


@functools.cache
def _trim() -> Callable[[int], int] | None:
    return getattr(ctypes.CDLL(None), "malloc_trim", None)
