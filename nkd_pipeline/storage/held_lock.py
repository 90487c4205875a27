"""A lock that says whom it waits for: two runs of one shard take turns, and a run that hangs can be found."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path

import filelock

from nkd_pipeline.storage import files

SILENT_SECONDS = 2.0  # a run that only flushes or releases is through sooner
_log = logging.getLogger(__name__)


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """Holds the lock file, waiting for as long as it takes; warns with the holder's process when that is not at once."""
    lock = files.locked(path, timeout=SILENT_SECONDS)
    try:
        lock.acquire()
    except filelock.Timeout:
        _log.warning("Waiting for %s: %s is at work on the same table. If it hangs, end it: this run then goes on.", path.name, holder(path))
        lock.acquire(timeout=-1)
    try:
        yield
    finally:
        lock.release()


def holder(path: Path) -> str:
    """Who holds a lock file, as the kernel knows it."""
    try:
        inode, lines = path.stat().st_ino, Path("/proc/locks").read_text(encoding="utf-8").splitlines()
    except OSError:
        return "another process"
    # 1: FLOCK  ADVISORY  WRITE 4711 08:01:131232 0 EOF (proc_locks(5)); "->" marks those that wait
    held_by = [fields[4] for line in lines if "->" not in line and (fields := line.split())[5].endswith(f":{inode}")]
    return f"process {held_by[0]}" if held_by else "another process"
