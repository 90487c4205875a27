"""Which family a checkpoint belongs to, told from its own JSON files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.diffusion.families import Family, Kind, Refiner, table


class CheckpointFiles:
    """The JSON files of a checkpoint's folder, by "file.key" as in `unet.sample_size`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[str, dict[str, Any]] = {}

    def value(self, path: str) -> Any:  # noqa: ANN401 - any JSON value
        """The value, or None when the file or the key is missing. Raises CheckpointError for a file that is not JSON."""
        name, _, key = path.partition(".")
        if name not in self._read:
            self._read[name] = _json(self._file(name))
        return self._read[name].get(key)

    def fits(self, kind: Kind) -> bool:
        """Whether the files are those of such a checkpoint."""
        return all((self.value(path) or False) == wanted for path, wanted in kind.recognised.items())

    def native_edge(self, family: Family) -> int:
        """The edge in pixels of the pictures that the model was trained on."""
        edge = self.value(family.native_edge)
        if not isinstance(edge, int):
            raise CheckpointError(f"{self.folder}: {family.native_edge} is no number. The checkpoint is incomplete: fetch it again.")
        return edge * (8 if family.native_edge.startswith("unet") else 1)

    def _file(self, name: str) -> Path:
        if name == "model_index":
            return self.folder / "model_index.json"
        return self.folder / name / ("scheduler_config.json" if name == "scheduler" else "config.json")


def _json(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise CheckpointError(f"{path} is not valid JSON: {error}. Fetch the checkpoint again.") from error
    return values if isinstance(values, dict) else {}


def family_of(files: CheckpointFiles) -> Family:
    """The family of a checkpoint. Raises CheckpointError when it is none of those that make pictures."""
    for family in table().families.values():
        if files.fits(family):
            return family
    known = ", ".join(family.title for family in table().families.values())
    for refiner in table().refiners.values():
        if files.fits(refiner):
            raise CheckpointError(f'{files.folder} is {refiner.title}: it only finishes pictures. Name it under "refiner", beside a base model.')
    found = files.value("model_index._class_name") or "no model_index.json"
    raise CheckpointError(f"{files.folder} holds {found}, which is no image model known here: {known}. Name one of these, in diffusers' layout.")


def refiner_of(files: CheckpointFiles, family: Family) -> Refiner:
    """What a checkpoint named as refiner is. Raises CheckpointError when the family has no refiner or the checkpoint is another."""
    if family.refiner is None:
        having = ", ".join(other.title for other in table().families.values() if other.refiner)
        raise CheckpointError(f"refiner = {files.folder} is not for {family.title}: only {having} has a refiner. Leave refiner out.")
    refiner = table().refiners[family.refiner]
    if not files.fits(refiner):
        raise CheckpointError(f"refiner = {files.folder} is no {refiner.title}, the only refiner for {family.title}.")
    return refiner
