"""A folder that is replaced as a whole: who looks into it finds the old pack or the new one."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from nkd_pipeline.shop.manifest import CHECKSUMS, MANIFEST, read_checksums


class PackError(Exception):
    """A pack that cannot be written; the message names the place and the cure."""


def check_replaceable(folder: Path) -> None:
    """Raises PackError when `folder` holds anything that is not part of a pack: replacing it would delete that."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise PackError(f"{folder} is a file. Name a folder with --out.")
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()}
    ours = {CHECKSUMS, *read_checksums(folder)} if MANIFEST in found else set()
    # file managers leave hidden files of their own wherever somebody has looked
    if foreign := sorted(name for name in found - ours if not name.rpartition("/")[2].startswith(".")):
        more = f" and {len(foreign) - 1} more" if len(foreign) > 1 else ""
        raise PackError(f"{folder} holds files that no pack has put there: {foreign[0]}{more}. Move them away, or name another folder with --out.")


@contextlib.contextmanager
def replaced(folder: Path) -> Iterator[Path]:
    """A new empty folder beside `folder` that takes its place when the block ends well, and vanishes when it does not.

    Two renames with an instant in between in which there is no folder; a process killed there leaves the old one aside, and `recover` puts it back.
    Called under a lock, after `recover`.
    """
    temporary = Path(tempfile.mkdtemp(prefix=_prefix(folder), suffix=".tmp", dir=folder.parent))
    try:
        yield temporary
        temporary.chmod(0o755)  # mkdtemp makes it private; the shop's other programs read it
        if folder.exists():
            folder.rename(_aside(folder))
        temporary.rename(folder)
        _sync(folder.parent)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        recover(folder)
        raise
    shutil.rmtree(_aside(folder), ignore_errors=True)


def recover(folder: Path) -> None:
    """Puts right what a killed process left beside `folder`. Called under the lock."""
    aside = _aside(folder)
    if aside.exists() and not folder.exists():
        aside.rename(folder)
    for leftover in (aside, *folder.parent.glob(f"{_prefix(folder)}*.tmp")):
        shutil.rmtree(leftover, ignore_errors=True)


def write_durably(path: Path, data: bytes) -> None:
    """Writes a new file and waits until it is on the disk."""
    with path.open("xb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _prefix(folder: Path) -> str:
    return f".{folder.name}.nkd-pack."


def _aside(folder: Path) -> Path:
    return folder.with_name(_prefix(folder) + "before")


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)  # the rename itself, see storage.files
    finally:
        os.close(descriptor)
