"""Whose runs these are, and that their machine is still there: what tells a run at work from one whose process was killed."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from nkd_pipeline.storage import processes

if TYPE_CHECKING:
    from dagster import DagsterInstance

HOST_TAG, PROCESS_TAG = "nkd/host", "nkd/process"
BEAT_SECONDS = 60.0
_log = logging.getLogger(__name__)


def owner_tags() -> dict[str, str]:
    """Tags of a run that this process executes itself."""
    return {HOST_TAG: socket.gethostname(), PROCESS_TAG: processes.identity()}


@contextlib.contextmanager
def sign_of_life(instance: DagsterInstance) -> Iterator[None]:
    """Notes in the instance, now and every minute, that this machine is there; for as long as a run is executed."""
    done = threading.Event()
    _beat(instance)
    beating = threading.Thread(target=_beat_until, args=(instance, done), name="sign of life", daemon=True)
    beating.start()
    try:
        yield
    finally:
        done.set()
        beating.join(BEAT_SECONDS)


def _beat_until(instance: DagsterInstance, done: threading.Event) -> None:
    while not done.wait(BEAT_SECONDS):
        try:
            _beat(instance)
        except Exception:  # noqa: BLE001 - a database that is away for a moment must not end a run of hours
            _log.warning("the sign of life could not be stored; the next one follows in %.0f s", BEAT_SECONDS, exc_info=True)


def _beat(instance: DagsterInstance) -> None:
    instance.daemon_cursor_storage.set_cursor_values({_key(socket.gethostname()): str(time.time())})


def last_sign(instance: DagsterInstance, host: str) -> float | None:
    """When the machine last said that it is there, in seconds since 1970; None when it never did."""
    value = instance.daemon_cursor_storage.get_cursor_values({_key(host)}).get(_key(host))
    return float(value) if value else None


def _key(host: str) -> str:
    return f"nkd/sign_of_life/{host}"
