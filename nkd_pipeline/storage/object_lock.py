"""A lock of all machines that share a remote home: an object that only one of them can create.

The holder writes a sign of life into it every few seconds. Whoever waits and has seen the same sign for `SILENT_SECONDS` takes the lock away: it
measures that on its own clock, so the machines' clocks need not agree. A machine's own dead processes are recognised at once. Before each write the
holder looks whether the lock is still its own (`require_held`): one that was paused or cut off for longer than that writes nothing any more.

Needs a store that refuses to create what is there (S3's If-None-Match, which AWS has since 2024) and shows at once what was written.
"""

from __future__ import annotations

import json
import logging
import os
import random
import secrets
import socket
import threading
import time
from pathlib import Path
from typing import Any

SILENT_SECONDS = 60.0
FRESH_SECONDS = 1.0  # how long a look at the lock is good for: a release writes dozens of files at once
POLL_SECONDS = 1.0
_log = logging.getLogger(__name__)


class LockLostError(Exception):
    """The lock under which something was to be written is not held any more."""


class _Held(threading.local):
    def __init__(self) -> None:
        self.locks: list[ObjectLock] = []


_held = _Held()


def require_held() -> None:
    """Raises LockLostError unless all object locks of this thread are still its own."""
    for lock in _held.locks:
        lock.require()


class ObjectLock:
    """Context manager. `machine` names this machine; two processes of it must exclude each other before they come here."""

    def __init__(self, path: Path, machine: str, silent_seconds: float = SILENT_SECONDS) -> None:
        self._path, self._machine, self._silent_seconds = path, machine, silent_seconds
        self._system: Any = path.fs  # type: ignore[attr-defined]
        self._name = str(path.path)  # type: ignore[attr-defined]
        self._token = secrets.token_hex(8)
        self._signs, self._looked = 0, 0.0
        self._ended = threading.Event()
        self._heart = threading.Thread(target=self._beat, name=f"lock {path.name}", daemon=True)

    def __enter__(self) -> ObjectLock:
        seen, since, told = b"", time.monotonic(), False
        while not self._created():
            there = self._read()
            if there is None:
                continue
            if there != seen:
                seen, since = there, time.monotonic()
            if self._is_dead(there, since):
                self._free(there)
                continue
            if not told:
                _log.warning("Waiting for %s, which %s holds.", self._path.name, _owner(there))
                told = True
            time.sleep(random.uniform(0.2, 1.0) * min(POLL_SECONDS, self._silent_seconds))  # noqa: S311 - not all waiters at once
        self._looked = time.monotonic()
        self._heart.start()
        _held.locks.append(self)
        return self

    def __exit__(self, *_: object) -> None:
        _held.locks.remove(self)
        self._ended.set()
        self._heart.join()
        try:
            if self._is_mine():
                self._system.rm_file(self._name)
        except Exception:  # noqa: BLE001 - what was done under the lock is done; others take the lock when it stays silent
            _log.warning("%s could not be given back; it is free in %d s.", self._path, self._silent_seconds, exc_info=True)

    def require(self) -> None:
        """Raises LockLostError when somebody took the lock away."""
        if time.monotonic() - self._looked < FRESH_SECONDS:
            return
        if not self._is_mine():
            raise LockLostError(
                f"{self._path.name} was taken over by another machine, because this process gave no sign of life for {self._silent_seconds:.0f} s "
                "(paused, or cut off from the store). It writes nothing more; run the shard again."
            )
        self._looked = time.monotonic()

    def _created(self) -> bool:
        try:
            self._system.pipe_file(self._name, self._content(), mode="create")
        except OSError as error:
            if is_refusal(error):
                return False
            raise
        return True

    def _content(self) -> bytes:
        self._signs += 1
        owner = f"process {os.getpid()} on {socket.gethostname()}"
        return json.dumps({"token": self._token, "machine": self._machine, "owner": owner, "signs": self._signs}).encode()

    def _read(self) -> bytes | None:
        try:
            return bytes(self._system.cat_file(self._name))
        except FileNotFoundError:
            return None

    def _is_mine(self) -> bool:
        there = self._read()
        return there is not None and _stated(there, "token") == self._token

    def _is_dead(self, there: bytes, since: float) -> bool:
        return _stated(there, "machine") == self._machine or time.monotonic() - since > self._silent_seconds

    def _free(self, there: bytes) -> None:
        if self._read() == there:  # another waiter may have been quicker
            _log.warning("%s is freed: %s gives no sign of life.", self._path.name, _owner(there))
            self._system.rm_file(self._name)

    def _beat(self) -> None:
        while not self._ended.wait(self._silent_seconds / 6):
            try:
                if not self._is_mine():
                    return
                self._system.pipe_file(self._name, self._content())
            except Exception:  # noqa: BLE001 - the network may come back in time
                _log.warning("No sign of life could be given in %s.", self._path, exc_info=True)


def is_refusal(error: OSError) -> bool:
    """Whether a store says that an object is there already, or that somebody is creating it just now; drivers pass some answers on as they are."""
    words = f"{error} {error.__cause__}"
    return isinstance(error, FileExistsError) or "PreconditionFailed" in words or "ConditionalRequestConflict" in words


def _stated(content: bytes, name: str) -> str:
    try:
        return str(json.loads(content)[name])
    except (ValueError, KeyError, TypeError):
        return ""  # not written by this program: nobody's, and taken when it stays as it is


def _owner(content: bytes) -> str:
    return _stated(content, "owner") or "an unknown process"
