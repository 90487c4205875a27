"""Writing a file so that it is either the old one or the new one, whatever happens in between, in a folder or in an object store."""

from __future__ import annotations

import glob
import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import filelock

from nkd_pipeline.storage import processes
from nkd_pipeline.storage.fault_points import fault_point
from nkd_pipeline.storage.places import is_remote


def replace_atomically(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Writes a new file beside `path` and moves it there, or stores an object. Readers see the old bytes or the new ones, never a part."""
    if is_remote(path):
        from nkd_pipeline.storage import objects

        objects.put(path, write)
        return
    temporary = temporary_beside(path)
    try:
        with temporary.open("xb") as stream:
            write(stream)
            stream.flush()
            fault_point("file.written")
            os.fsync(stream.fileno())
        os.chmod(temporary, 0o644)  # whatever the user's mask: the shop's other programs read these files
        fault_point("file.synced")
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    fault_point("file.replaced")
    _sync_folder(path.parent)


def temporary_beside(path: Path) -> Path:
    """A name in the same folder that nobody uses, for what will be moved to `path`; what killed processes left of the same is removed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    remove_leftovers(path)
    return path.with_name(f".{path.name}.{processes.identity()}.{secrets.token_hex(4)}.tmp")


def _sync_folder(folder: Path) -> None:
    # without it the rename can be lost in a power cut although the file's bytes are safe
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_leftovers(path: Path) -> None:
    """Removes what killed processes left beside `path`; the files of living ones are left alone. An object store keeps no halves."""
    if is_remote(path):
        return
    for leftover in path.parent.glob(f".{glob.escape(path.name)}.*.tmp"):
        if not processes.alive(leftover.name.split(".")[-3]):
            leftover.unlink(missing_ok=True)


def share(source: Path, target: Path) -> None:
    """Gives the bytes of `source` a second name where the file system can, else copies them. Both lie in the same home."""
    if is_remote(target):
        from nkd_pipeline.storage import objects

        objects.copy(source, target)
        return
    if target.exists() and target.samefile(source):
        return
    temporary = temporary_beside(target)
    try:
        os.link(source, temporary)
    except OSError:
        shutil.copy2(source, temporary)
    fault_point("file.synced")
    temporary.replace(target)


def version(path: Path) -> tuple[object, ...]:
    """Changes whenever the file is replaced; its last part alone changes when the bytes do. Raises FileNotFoundError."""
    if is_remote(path):
        from nkd_pipeline.storage import objects

        return objects.version(path)
    stat = path.stat()
    return stat.st_ino, stat.st_size, stat.st_mtime_ns


def sizes_below(folder: Path) -> dict[str, int]:
    """Size in bytes of each file by its path below the folder, with forward slashes; empty when there is no such folder."""
    if is_remote(folder):
        from nkd_pipeline.storage import objects

        return objects.sizes_below(folder)
    found = (os.path.join(where, name) for where, _, names in os.walk(folder) for name in names)
    start = len(str(folder)) + 1
    return {name[start:].replace(os.sep, "/"): os.path.getsize(name) for name in found}


def replace_text(path: Path, text: str) -> None:
    """`replace_atomically` for UTF-8 text."""
    replace_atomically(path, lambda stream: stream.write(text.encode()))


def locked(path: Path, timeout: float = -1) -> filelock.BaseFileLock:
    """Context manager that holds an exclusive lock file; the kernel frees it when the process dies, however it dies.

    Waits `timeout` seconds (-1: for ever) and raises filelock.Timeout after that.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    return filelock.FileLock(path, timeout=timeout)
