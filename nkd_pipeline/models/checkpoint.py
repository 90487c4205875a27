"""Checkpoints: which weights a stage uses, and where they lie on this machine.

A checkpoint is a hub id with a pinned commit, or a local folder. Nothing is ever downloaded while a stage runs: `nkd models fetch` does that before.
"""

from __future__ import annotations

import functools
import hashlib
import os
import re
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, model_validator

_COMMIT = re.compile(r"[0-9a-f]{40}")
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
FETCH = "Run `nkd models fetch` with the same profile where the hub can be reached, or name a local folder as model in the home's settings.toml."
SAMPLE = 65536  # bytes read at each of the places of a large file that its digest covers


class CheckpointError(Exception):
    """A checkpoint that is not there or must not be loaded; the message names it and the cure."""


class MissingCheckpointError(CheckpointError):
    """A model of the hub that was not fetched to this machine."""


class Checkpoint(BaseModel):
    """`model` is a hub id ("owner/name", with `revision`, a full commit hash) or a local folder (beginning with ".", "/" or "~")."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = Field(min_length=1)
    revision: str | None = None

    @model_validator(mode="after")
    def _pinned(self) -> Checkpoint:
        if self.is_local:
            if self.revision is not None:
                raise ValueError(f"{self.model} is a folder; a revision belongs to hub ids only")
        elif not _HUB_ID.fullmatch(self.model):
            raise ValueError(f'{self.model} is neither a hub id ("owner/name") nor a folder: write ./{self.model} for a folder')
        elif not _COMMIT.fullmatch(self.revision or ""):
            raise ValueError(f"{self.model} needs revision, a full commit hash (40 hex digits): branches move, and the pictures with them")
        return self

    @property
    def is_local(self) -> bool:
        """Whether it is a folder of this machine."""
        return self.model.startswith((".", "/", "~"))

    @property
    def name(self) -> str:
        """Short name for tables: the last part of the id or folder."""
        return self.model.rstrip("/").rsplit("/", 1)[-1]

    def identity(self) -> str:
        """What tells these weights from any others: id@commit, or folder name@digest of the files. Raises CheckpointError for a missing folder."""
        return f"{self.name}@{folder_digest(self.folder())}" if self.is_local else f"{self.model}@{self.revision}"

    def folder(self) -> Path:
        """The folder that holds the files. Raises CheckpointError when they are not on this machine."""
        if self.is_local:
            path = Path(self.model).expanduser()
            if not path.is_dir():
                raise CheckpointError(f"There is no model folder {path}. Correct the path in the profile or in the home's settings.toml.")
            return path.resolve()
        if self.converted.is_dir():
            return self.converted
        if self.snapshot.is_dir():
            return self.snapshot
        raise MissingCheckpointError(f"{self.model} at {(self.revision or '')[:8]} is not on this machine. {FETCH}")

    @property
    def snapshot(self) -> Path:
        """Where the hub's library keeps the files of this commit: links into the `blobs` folder two levels up."""
        from huggingface_hub.constants import HF_HUB_CACHE

        # by its place: asking the library for it fails unless every file of the repository is there, those in other formats too
        return Path(HF_HUB_CACHE) / f"models--{self.model.replace('/', '--')}" / "snapshots" / str(self.revision)

    @property
    def converted(self) -> Path:
        """Where `nkd models fetch` puts a checkpoint that it had to convert to safetensors: below NKD_MODELS, else beside the hub's cache."""
        root = os.environ.get("NKD_MODELS") or Path(os.environ.get("HF_HOME", "~/.cache/huggingface")) / "nkd"
        return Path(root).expanduser() / f"{self.model.replace('/', '--')}@{self.revision}"


@functools.lru_cache(maxsize=64)
def folder_digest(folder: Path) -> str:
    """12 hex digits over names, sizes and contents; of files above 1 MiB three samples count, so that 24 GB of weights take milliseconds."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and not any(part.startswith(".") for part in p.relative_to(folder).parts)):
        size = path.stat().st_size
        digest.update(f"{path.relative_to(folder).as_posix()} {size}\n".encode())
        with path.open("rb") as stream:
            for place in (0,) if size <= 1 << 20 else (0, size // 2, size - SAMPLE):
                stream.seek(place)
                digest.update(stream.read((1 << 20) if size <= 1 << 20 else SAMPLE))
    return digest.hexdigest()[:12]
