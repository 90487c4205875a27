"""What `storage.files` does, for paths in an object store: every write is one request, after which the object is the old one or the new one."""

from __future__ import annotations

import io
import mimetypes
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from nkd_pipeline.storage import object_lock
from nkd_pipeline.storage.fault_points import fault_point

# how a driver is told what kind of file it is, so that a browser shows a gallery instead of saving it
_KIND_OPTION = {"s3": "ContentType", "s3a": "ContentType", "gs": "content_type", "gcs": "content_type"}


def put(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Stores what `write` writes. Raises LockLostError when a lock under which this thread works is somebody else's by now."""
    stream = io.BytesIO()
    write(stream)
    fault_point("file.written")
    object_lock.require_held()
    fault_point("file.synced")
    _system(path).pipe_file(_name(path), stream.getvalue(), **_kind(path))
    fault_point("file.replaced")


def copy(source: Path, target: Path) -> None:
    """Copies within the store; the bytes do not travel."""
    object_lock.require_held()
    _system(path=source).cp_file(_name(source), _name(target))
    fault_point("file.replaced")


def version(path: Path) -> tuple[object, ...]:
    """Changes whenever the object is replaced. Raises FileNotFoundError."""
    info = _system(path).info(_name(path))
    return info["size"], info.get("ETag") or info.get("etag") or str(info.get("created"))


def sizes_below(folder: Path) -> dict[str, int]:
    """Size of each object by its name below the folder; one request for a thousand of them."""
    found: dict[str, dict[str, Any]] = _system(folder).find(_name(folder), detail=True)
    start = len(_name(folder).rstrip("/")) + 1
    return {name[start:]: int(info["size"]) for name, info in found.items()}


def _kind(path: Path) -> dict[str, str]:
    option, kind = _KIND_OPTION.get(path.protocol), mimetypes.guess_type(path.name)[0]  # type: ignore[attr-defined]
    return {option: kind} if option and kind else {}


def _system(path: Path) -> Any:  # noqa: ANN401 - fsspec is untyped
    return path.fs  # type: ignore[attr-defined]


def _name(path: Path) -> str:
    return str(path.path)  # type: ignore[attr-defined]
