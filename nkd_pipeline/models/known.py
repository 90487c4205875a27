"""What is known of models of the hub: licence, size, and how to get those that have no safetensors. The facts are in `known.toml`."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from importlib import resources

from pydantic import BaseModel, ConfigDict, Field

from nkd_pipeline.models.checkpoint import Checkpoint


class Conversion(BaseModel):
    """The one file of weights that may be converted to safetensors: only when its SHA-256 is this one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class KnownModel(BaseModel):
    """An entry of `known.toml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    revision: str
    use: str  # what for
    licence: str
    terms: str  # where they stand, and where they are accepted when the model is gated
    gigabytes: float  # to download, in 10^9 bytes
    source: str  # where the size is from
    gated: bool = False  # the hub gives it only to accounts that accepted the terms
    notes: str = ""
    convert: Conversion | None = None


@functools.cache
def known_models() -> Mapping[str, KnownModel]:
    """All entries by hub id."""
    text = (resources.files("nkd_pipeline.models") / "known.toml").read_text(encoding="utf-8")
    return {name: KnownModel(**entry) for name, entry in tomllib.loads(text).items()}


def known(checkpoint: Checkpoint) -> KnownModel | None:
    """What is known of a checkpoint: None for folders and for models or revisions without an entry."""
    entry = known_models().get(checkpoint.model)
    return entry if entry is not None and entry.revision == checkpoint.revision else None
