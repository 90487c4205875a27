"""Whether a checkpoint holds all weights of its model: transformers only warns, and makes up the rest at random."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nkd_pipeline.models.checkpoint import CheckpointError


def require_weights(folder: Path, report: Mapping[str, Any]) -> None:
    """Raises CheckpointError for a folder without all weights; `report` is transformers' loading info."""
    if lacking := sorted(report["missing_keys"]):
        raise CheckpointError(f"{folder} lacks {len(lacking)} weights of its model, the first is {lacking[0]}. Fetch or copy it again, whole.")


def require_whole(folder: Path, report: Mapping[str, Any], kind: str, cure: str) -> None:
    """The same for weights of another shape, too, saying of which kind the model should be and what to name instead."""
    if lacking := sorted(map(str, [*report["missing_keys"], *report["mismatched_keys"]])):
        raise CheckpointError(f"{folder} is not a whole {kind}: {len(lacking)} weights are missing, the first is {lacking[0]}. {cure}")
