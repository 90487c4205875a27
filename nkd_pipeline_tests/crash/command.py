"""Real `nkd` processes without the seconds of importing: each is forked from a server that has imported everything already.

What is forked is a process like any other: it has its own number, is leader of its own group, and can be killed at any moment.
"""

from __future__ import annotations

import atexit
import contextlib
import multiprocessing
import os
import signal
from pathlib import Path

import psutil

from nkd_pipeline.storage.fault_points import VARIABLE as FAULT_POINT
from nkd_pipeline_tests.crash.counted import VARIABLE as LEDGER

DEADLINE = 600  # seconds after which a command hangs, also on a machine that is busy with other things
_server = multiprocessing.get_context("forkserver")
_server.set_forkserver_preload(["nkd_pipeline_tests.crash.imported"])


class Command:
    """One `nkd` command at work. `group` is its process group, with its worker processes."""

    def __init__(self, arguments: list[str], home: Path, ledger: Path, log: Path, fault_point: str = "") -> None:
        environment = {"NKD_HOME": str(home), "NKD_DEVICES": "", "OMP_NUM_THREADS": "1", LEDGER: str(ledger), FAULT_POINT: fault_point}
        self.log = log
        self._process = _server.Process(target=_become_command, args=(arguments, environment, str(log)))
        self._process.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs, negative when a signal ended it."""
        return self._process.exitcode

    def wait(self, seconds: float = DEADLINE) -> int | None:
        """The exit code once it has ended, None when it has not within the seconds."""
        self._process.join(seconds)
        return self._process.exitcode

    def send(self, number: int, *, group: bool = False) -> None:
        """Sends a signal to the process, or to its whole group."""
        with contextlib.suppress(ProcessLookupError):  # it has ended by itself
            os.killpg(self.pid, number) if group else os.kill(self.pid, number)

    def kill_worker(self) -> bool:
        """Kills one of its worker processes, if it has any."""
        try:
            workers = [child for child in psutil.Process(self.pid).children() if "loky" in " ".join(child.cmdline())]
            workers[0].kill()
        except (IndexError, psutil.NoSuchProcess):
            return False
        return True

    def end_workers(self) -> None:
        """Kills what a killed process left running: its worker processes would end by themselves, but only after a while."""
        self.send(signal.SIGKILL, group=True)


def _become_command(arguments: list[str], environment: dict[str, str], log: str) -> None:
    os.setsid()
    os.environ.update(environment)
    for name in ("NKD_PROFILE", "DAGSTER_HOME"):
        os.environ.pop(name, None)
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    from nkd_pipeline.cli import app

    try:
        app(arguments, prog_name="nkd")
    finally:
        atexit._run_exitfuncs()  # as the interpreter does at the end of a process that was not forked
