"""Writing a file so that it is either the old one or the new one, whatever happens in between."""

from __future__ import annotations

import glob
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import filelock


def replace_atomically(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Writes a new file beside `path` and moves it there. Readers see the old bytes or the new ones, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, 0o644)  # mkstemp makes it private; the shop's other programs read these files
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    # without it the rename can be lost in a power cut although the file's bytes are safe
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_leftovers(path: Path) -> None:
    """Removes what killed processes left beside `path`. Only for whoever holds the lock under which it is written."""
    for leftover in path.parent.glob(f".{glob.escape(path.name)}.*.tmp"):
        leftover.unlink(missing_ok=True)


def replace_text(path: Path, text: str) -> None:
    """`replace_atomically` for UTF-8 text."""
    replace_atomically(path, lambda stream: stream.write(text.encode()))


def locked(path: Path, timeout: float = -1) -> filelock.BaseFileLock:
    """Context manager that holds an exclusive lock file; the kernel frees it when the process dies, however it dies.

    Waits `timeout` seconds (-1: for ever) and raises filelock.Timeout after that.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    return filelock.FileLock(path, timeout=timeout)
