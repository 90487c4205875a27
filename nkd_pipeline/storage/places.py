"""Where a home may lie: in a folder of this machine, or in an object store that fsspec reaches (s3://, gs://, az://, memory:// ...)."""

from __future__ import annotations

import functools
import hashlib
import os
import re
from pathlib import Path
from typing import Any, cast


class PlaceError(Exception):
    """A home that cannot be reached; the message names it and the cure."""


def place(name: str | os.PathLike[str]) -> Path:
    """A path by its name: a folder, or a URL such as s3://bucket/prefix.

    A URL gives a universal_pathlib path, which is written and asked like a Path. What only the operating system can do (locks, links, moving a file
    over another) goes through `storage.files`, which knows both. Raises PlaceError for a URL of a kind that fsspec does not know.
    """
    if not isinstance(name, str | Path):
        return cast(Path, name)  # a URL's path already
    text = str(name).removeprefix("file://")
    if "://" not in text:
        return Path(text)
    from upath import UPath

    try:
        return cast(Path, UPath(text.rstrip("/"), **_options(text)))
    except ValueError as error:
        raise PlaceError(f"{text} is neither a folder nor the address of an object store, such as s3://bucket/prefix: {error}") from error


def _options(url: str) -> dict[str, Any]:
    # listings are asked for anew: other machines write there too
    options: dict[str, Any] = {"use_listings_cache": False}
    # one request brings a whole object: in parts it could be of two versions, and its size would be asked for first
    return {**options, "max_concurrency": 1} if url.startswith(("s3:", "s3a:")) else options


def read_bytes(path: Path, limit: int | None = None) -> bytes:
    """All bytes of a file or object, or the first `limit`. Raises OSError, FileNotFoundError among them."""
    if is_remote(path):
        fs, name = path.fs, path.path  # type: ignore[attr-defined]
        return bytes(fs.cat_file(name) if limit is None else fs.cat_file(name, start=0, end=limit))
    with path.open("rb") as stream:
        return stream.read(-1 if limit is None else limit)


def is_remote(path: Path) -> bool:
    """Whether a path is a URL's. It has `fs`, the fsspec file system, and `path`, its name there."""
    return not isinstance(cast(object, path), Path)


def local_folder(root: Path) -> Path:
    """The folder of this machine for what belongs to a remote home and must be a file: Dagster's settings and logs, kernel locks, dropped deliveries.

    It lies below `NKD_LOCAL`, else below the user's folder for state (XDG base directories), which outlives a cleared cache.
    """
    state = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
    parent = os.environ.get("NKD_LOCAL") or os.path.join(state, "nkd")
    readable = re.sub(r"[^A-Za-z0-9]+", "-", str(root)).strip("-")
    return Path(parent).expanduser().resolve() / f"{readable[:60]}-{hashlib.sha256(str(root).encode()).hexdigest()[:8]}"


@functools.cache  # once a process: every step of a run opens its home
def require_reachable(root: Path) -> None:
    """Raises PlaceError when a remote home cannot be listed: no driver, no such bucket, no permission, no such server."""
    try:
        if not root.exists() and root.drive:  # a home that is new; its bucket must be there
            root.fs.ls(root.drive)  # type: ignore[attr-defined]
    except FileNotFoundError as error:
        raise PlaceError(f"There is no bucket {root.drive} for the home {root}. Create it, or name another.") from error
    except Exception as error:  # every driver has errors of its own
        cure = "Install its driver (for s3:// pip install 'nkd_pipeline[s3]'), and check credentials and address in the environment."
        raise PlaceError(f"{root} cannot be reached: {error}. {cure}") from error
