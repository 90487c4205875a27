"""How much memory a model takes: on its GPU, or of this process where it runs on the CPU."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

from nkd_pipeline.models.device import device


class MemoryMeter:
    """Measures from its making on; other models should have been released before."""

    def __init__(self) -> None:
        import torch  # also where nothing is asked of it: what it takes itself is no model's

        self.device = device()
        if self.device.startswith("cuda"):
            torch.cuda.reset_peak_memory_stats(self.device)
            self._before = torch.cuda.memory_allocated(self.device)
        else:
            self._before = _process_bytes()

    def bytes(self) -> int:
        """On a GPU the peak of what was allocated since then; on the CPU what the process has grown by."""
        if self.device.startswith("cuda"):
            import torch

            return torch.cuda.max_memory_allocated(self.device) - self._before
        return max(0, _process_bytes() - self._before)


def _process_bytes() -> int:
    """Memory of this process that is in use now; where the system does not say, the most it ever was."""
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
