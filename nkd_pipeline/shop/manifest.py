"""`manifest.json` and `checksums.sha256` of a pack: what is in it, where it comes from, and whether it is still what was packed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

SCHEMA, SCHEMA_VERSION = "nkd_pipeline/shop-pack", 1
MANIFEST, CHECKSUMS = "manifest.json", "checksums.sha256"


@dataclass(frozen=True, slots=True)
class PackedPicture:
    """One file of a pack."""

    file: str  # below the pack, with forward slashes
    format: str
    width: int
    height: int
    bytes: int
    sha256: str
    article_id: str
    attempt: int
    verdict: str
    score: float  # of the rubric, 0..10
    source_sha256: str  # of the approved PNG
    source_width: int
    source_height: int
    digital_source_type: str
    signed: bool
    made_from: str  # hash of everything that the file's bytes depend on


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack as its manifest tells; `inputs` is the hash of all that it was made from, "" when something in it could not be made."""

    inputs: str
    made_at: str
    pictures: Mapping[str, PackedPicture]


def manifest_text(fields: Mapping[str, Any], pictures: Iterable[PackedPicture]) -> str:
    """The manifest as JSON; `fields` stand before the pictures."""
    values = {"schema": SCHEMA, "schema_version": SCHEMA_VERSION, **fields, "pictures": [asdict(picture) for picture in pictures]}
    return json.dumps(values, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def read_pack(folder: Path) -> Pack | None:
    """What an earlier run packed here; None when there is no manifest of this version."""
    try:
        values = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if (values["schema"], values["schema_version"]) != (SCHEMA, SCHEMA_VERSION):
            return None
        pictures = [PackedPicture(**picture) for picture in values["pictures"]]
        return Pack(values["inputs"], values["made_at"], {picture.file: picture for picture in pictures})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def digest(*parts: Any) -> str:  # noqa: ANN401 - anything that JSON can hold
    """SHA-256 of values, hex."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode("utf-8", "surrogatepass")).hexdigest()


def checksums_text(sums: Mapping[str, str]) -> str:
    """File names with their SHA-256 as `sha256sum -c` reads them."""
    return "".join(f"{value}  {name}\n" for name, value in sorted(sums.items()))


def read_checksums(folder: Path) -> dict[str, str]:
    """SHA-256 by file name; empty when there is no such file."""
    try:
        lines = (folder / CHECKSUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    return {name: value for value, separator, name in (line.partition("  ") for line in lines) if separator}


def file_digest(path: Path) -> str | None:
    """SHA-256 of a file; None when there is none."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None


def is_intact(folder: Path) -> bool:
    """Whether every file of the pack is there as it was packed."""
    sums = read_checksums(folder)
    return MANIFEST in sums and all(file_digest(folder / name) == value for name, value in sums.items())
