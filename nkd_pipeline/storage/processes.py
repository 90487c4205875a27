"""Which process is which: numbers are given out again, a number with its start is not."""

from __future__ import annotations

import os
from pathlib import Path

_START = 19  # of the fields after the name in parentheses, which may hold blanks itself: starttime (proc_pid_stat(5))


def identity(process: int | None = None) -> str:
    """A process of this machine, this one by default: its number, and its start in clock ticks since boot (0 where the system has no /proc)."""
    number = os.getpid() if process is None else process
    return f"{number}-{_started(number)}"


def alive(process: str) -> bool:
    """Whether the process with this identity still runs. A zombie does not: it holds nothing and writes nothing."""
    number, _, started = process.partition("-")
    if not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's process: it lives
    return started in ("", "0", _started(int(number)))


def _started(number: int) -> str:
    try:
        fields = Path(f"/proc/{number}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return "0"
    return "dead" if fields[0] in "ZX" else fields[_START]
