"""The device of this process, the number format it computes in, and its free memory."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import torch

Dtype = Literal["auto", "float32", "bfloat16", "float16"]


def device() -> str:
    """As torch names it: what the device lease put into NKD_DEVICE; without a lease the first GPU, else the CPU."""
    leased = os.environ.get("NKD_DEVICE")
    if leased:
        return leased
    import torch

    return "cuda:0" if torch.cuda.is_available() else "cpu"


def torch_dtype(wanted: Dtype) -> torch.dtype:
    """`auto`: bfloat16 on a GPU that has it, float16 on an older one, float32 on the CPU."""
    import torch

    if wanted != "auto":
        return getattr(torch, wanted)  # type: ignore[no-any-return]
    place = device()
    if not place.startswith("cuda"):
        return torch.float32
    return torch.bfloat16 if torch.cuda.get_device_capability(place) >= (8, 0) else torch.float16


def free_bytes(place: str) -> int:
    """Free memory of a device: of the GPU, or what the kernel calls available for the CPU."""
    if place.startswith("cuda"):
        import torch

        free, _ = torch.cuda.mem_get_info(place)
        # what the allocator holds without using it is free for this process
        return int(free + torch.cuda.memory_reserved(place) - torch.cuda.memory_allocated(place))
    return _available_bytes()


def _available_bytes() -> int:
    meminfo = Path("/proc/meminfo")
    if meminfo.exists():
        # with the page cache, which gives way: what sysconf calls free is next to nothing once large files have been read
        fields = dict(line.split(":") for line in meminfo.read_text(encoding="ascii").splitlines())
        return int(fields["MemAvailable"].split()[0]) * 1024
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
