"""Kills commands again and again until they come through, and looks after each kill at what is left.

A chain is what a catalog manager does: `nkd run`, `nkd retry` for the article that failed, `nkd run` once more. At its end everything must be as if
it had never been killed.
"""

from __future__ import annotations

import os
import shutil
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

import dagster as dg

from nkd_pipeline.automation.instance import open_instance
from nkd_pipeline.storage.home import Home
from nkd_pipeline_tests.crash import state
from nkd_pipeline_tests.crash.command import Command
from nkd_pipeline_tests.crash.scene import write_delivery, write_settings

GOOD_CODES = (0, 3)  # all released; some failed


@dataclass(frozen=True)
class Kill:
    """When and whom: at the n-th pass of a fault point, or after `moment` of the time that the undisturbed command takes."""

    point: str = ""
    passes: int = 1
    moment: float = 0.0
    group: bool = False

    @property
    def variable(self) -> str:
        """What the environment says."""
        return f"{self.point}:{self.passes}{':group' if self.group else ''}" if self.point else ""

    def __str__(self) -> str:
        return self.variable or f"{'group' if self.group else 'process'} after {self.moment:.0%}"


@dataclass
class Toll:
    """What kills have cost."""

    kills: int = 0
    lost: int = 0
    torn: int = 0
    flushed_again: int = 0
    in_flight: int = 0  # the most rows of one kill that were computed and not flushed
    problems: list[str] = field(default_factory=list)
    killed_at: list[str] = field(default_factory=list)

    @property
    def nothing_lost(self) -> bool:
        """Whether the promise was kept."""
        return not (self.lost or self.torn or self.flushed_again or self.problems)

    def __str__(self) -> str:
        return (
            f"{self.kills} kills: {self.lost} lost, {self.torn} torn, {self.flushed_again} flushed rows recomputed, "
            f"at most {self.in_flight} rows of a batch in flight computed again"
        )


class Site:
    """A folder with the delivery, and homes as an undisturbed chain leaves them: before its first command, and after each that somebody asks for."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._count = folder, 0
        self.delivery = write_delivery(folder)
        self.commands = (["run", str(self.delivery)], ["retry"], ["run", str(self.delivery)])
        self._homes = [folder / "prepared"]
        write_settings(self._homes[0], workers=1)
        with mock.patch.dict(os.environ):
            open_instance(Home(self._homes[0])).dispose()  # making Dagster's databases takes longer than a whole run
        self.seconds: dict[int, float] = {}  # that the command of a step takes when nobody disturbs it

    def _home(self, commands: int) -> Path:
        """The home after so many commands."""
        while len(self._homes) <= commands:
            step, started = len(self._homes) - 1, time.monotonic()
            clean = Chain(self, Toll(), step)
            clean.undisturbed(step)
            self.seconds[step] = time.monotonic() - started
            self._homes.append(clean.home)
            assert clean.toll.problems == [], clean.toll.problems
        return self._homes[commands]

    def new_home(self, step: int) -> Path:
        """A home in which the commands before the step have been through."""
        before = self._home(step)
        self._count += 1
        return Path(shutil.copytree(before, self._folder / f"home{self._count}"))

    def expected(self, step: int) -> tuple[dict[str, object], dict[str, list[str]]]:
        """Files and partitions when the command of the step has come through."""
        after = self._home(step + 1)
        return state.results(after), partitions(after)

    def moment(self, step: int, share: float) -> float:
        """Seconds after which an undisturbed command is so far."""
        self._home(step + 1)
        return share * self.seconds[step]


def partitions(home: Path) -> dict[str, list[str]]:
    """What Dagster knows of shards and failed articles."""
    with dg.DagsterInstance.from_config(str(home / "dagster")) as instance:
        return {name: sorted(instance.get_dynamic_partitions(name)) for name in ("shards", "failed_articles")}


class Chain:
    """One home on its way through the three commands, from the given step on."""

    def __init__(self, site: Site, toll: Toll, step: int = 0, workers: int = 1) -> None:
        self._site, self.toll, self.home = site, toll, site.new_home(step)
        write_settings(self.home, workers)
        self.ledger, self.log = self.home.with_suffix(".ledger"), self.home.with_suffix(".log")
        self._flushed = state.flushed_rows(self.home)
        self._computed = state.computed_rows(self.ledger)

    def start(self, step: int, fault_point: str = "") -> Command:
        """Starts the command of a step on the chain's home."""
        return Command(self._site.commands[step], self.home, self.ledger, self.log, fault_point)

    def undisturbed(self, step: int) -> None:
        """Runs the command of a step to its end."""
        self._ended(step, self.start(step).wait(), "undisturbed")

    def strike(self, step: int, kill: Kill) -> bool:
        """Starts the command of a step and kills it. False when it had ended before."""
        moment = None if kill.point else self._site.moment(step, kill.moment)
        command, started = self.start(step, kill.variable), time.monotonic()
        if moment is None:
            code = command.wait()
        elif (code := command.wait(moment)) is None:
            command.send(signal.SIGKILL, group=kill.group)
            code = command.wait()
        command.end_workers()
        if code == -signal.SIGKILL:
            self._count(step, str(kill))
            return True
        self._ended(step, code, str(kill))
        self._site.seconds[step] = time.monotonic() - started  # machines are not always as busy as they were
        return False

    def strike_worker(self, step: int, pictures: int) -> None:
        """Starts the command of a step and kills a worker process when so many pictures have been begun; the command must go on and end well."""
        command = self.start(step)
        while command.exit_code is None and self._begun("Artist") < pictures:
            time.sleep(0.005)  # how often it is looked at
        if command.kill_worker():
            self._count(step, f"worker after {pictures} pictures")
        self._ended(step, command.wait(), "with a worker killed")
        self.look("the end")

    def _begun(self, stage: str) -> int:
        return sum(count for (name, _), count in state.computed_rows(self.ledger).items() if name == stage)

    def finish(self, step: int, last: int) -> None:
        """Brings the commands from one step to another to their end and compares everything with the undisturbed chain."""
        for rest in range(step, last + 1):
            self.undisturbed(rest)
        self.look("the end")
        self.compare(last)

    def compare(self, step: int) -> None:
        """Notes what is not as the undisturbed chain left it after the step."""
        expected, expected_partitions = self._site.expected(step)
        self.toll.problems += [self._said(what) for what in state.differences(state.results(self.home), expected)]
        self.toll.problems += [self._said(f"{leftover} was left behind") for leftover in state.temporary_files(self.home)]
        if (known := partitions(self.home)) != expected_partitions:
            self.toll.problems.append(self._said(f"partitions {known}, not {expected_partitions}"))

    def look(self, when: str) -> None:
        """Counts what has been lost, torn and computed again since the last look."""
        torn = state.torn_files(self.home)
        flushed, computed = state.flushed_rows(self.home), state.computed_rows(self.ledger)
        lost = [key for key, made in self._flushed.items() if flushed.get(key) != made]
        again = [key for key in computed if key in self._flushed and computed[key] > self._computed[key]]
        self.toll.torn += len(torn)
        self.toll.lost += len(lost)
        self.toll.flushed_again += len(again)
        self.toll.in_flight = max(self.toll.in_flight, sum(key not in flushed for key in computed))
        for what, found in (("torn", torn), ("lost", lost), ("computed again", again)):
            self.toll.problems += [self._said(f"{when}: {what}: {item}") for item in found]
        self._flushed, self._computed = self._flushed | flushed, computed

    def _count(self, step: int, where: str) -> None:
        self.toll.kills += 1
        self.toll.killed_at.append(f"{self._site.commands[step][0]} {where}")
        self.look(where)

    def _ended(self, step: int, code: int | None, how: str) -> None:
        if code not in GOOD_CODES:
            self.toll.problems.append(self._said(f"nkd {self._site.commands[step][0]} ended with {code} ({how})"))

    def _said(self, what: str) -> str:
        return f"{self.home.name}: {what}; see {self.log}"
