"""What a checkpoint's folder must be before anything is loaded from it: weights as safetensors, no code of its own."""

from __future__ import annotations

from pathlib import Path

from nkd_pipeline.models.checkpoint import Checkpoint


def checked_folder(checkpoint: Checkpoint) -> Path:
    """The checkpoint's folder. Raises CheckpointError when it is not on this machine or must not be loaded."""
    return checkpoint.folder()
