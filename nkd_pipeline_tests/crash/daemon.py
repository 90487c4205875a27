"""The real daemon with real run workers: started as `nkd ui` starts it, killed in all its parts, started again."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import dagster as dg

from nkd_pipeline.assets.partitions import shards
from nkd_pipeline.automation.instance import open_instance
from nkd_pipeline.execution.ingest import ingest
from nkd_pipeline.execution.sign_of_life import PROCESS_TAG
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.storage import processes
from nkd_pipeline.storage.home import Home
from nkd_pipeline_tests.crash.command import DEADLINE
from nkd_pipeline_tests.crash.counted import VARIABLE as LEDGER
from nkd_pipeline_tests.crash.harness import Chain, Site, Toll
from nkd_pipeline_tests.crash.scene import SHARD

DEFINITIONS = ("-m", "nkd_pipeline.definitions")
WHOM = ("run worker", "whole group", "daemon alone")
# the home's own settings with less waiting and more patience
QUICK = {
    "max_retries: 1": "max_retries: 100",
    "free_slots_after_run_end_seconds: 60": "poll_interval_seconds: 2\n  free_slots_after_run_end_seconds: 1",
}


def until(condition: Callable[[], object], what: str, seconds: float = DEADLINE) -> object:
    """What the condition comes to, once that is true."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"{what} did not come within {seconds:.0f} s"
        time.sleep(0.05)  # how often it is looked at
    return found


class DaemonChain(Chain):
    """A home whose shard is run by the daemon."""

    def __init__(self, site: Site, toll: Toll) -> None:
        super().__init__(site, toll)
        settings = self.home / "dagster" / "dagster.yaml"
        text = settings.read_text()
        for slow, quick in QUICK.items():
            assert slow in text
            text = text.replace(slow, quick)
        settings.write_text(text)
        ingest(Workspace.open(str(self.home)), site.delivery)
        self.instance = open_instance(Home(self.home))
        self.instance.add_dynamic_partitions(str(shards.name), [SHARD])
        self._environment = {**os.environ, LEDGER: str(self.ledger), "NKD_DEVICES": "", "OMP_NUM_THREADS": "1"}
        self._environment["DAGSTER_EVENT_LOG_CONSUMER_DAEMON_INTERVAL_SECONDS"] = "1"
        self._groups: list[subprocess.Popen] = []

    def start_daemon(self) -> None:
        """What `nkd ui` does, without the web server."""
        open_instance(Home(self.home)).dispose()
        self._groups.append(self._python("-m", "dagster._daemon", "run", *DEFINITIONS))

    def launch(self) -> None:
        """Queues a run of the shard."""
        tags = json.dumps({"dagster/partition": SHARD})
        process = self._python("-m", "dagster", "job", "launch", *DEFINITIONS, "-j", "catalog_run", "--tags", tags)
        assert process.wait(DEADLINE) == 0, self.log

    def at_work(self) -> dg.DagsterRun | None:
        """The run that has a living process, if there is one."""
        started = self.instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED]))
        return next((run for run in started if processes.alive(run.tags.get(PROCESS_TAG, ""))), None)

    def over(self) -> bool:
        """Whether the latest run has ended for good: only crashed runs are started again, not those in which an article failed."""
        (latest,) = self.instance.get_runs(limit=1)
        return latest.is_success or (latest.is_failure and latest.tags.get("dagster/will_retry") == "false")

    def rows_computed(self) -> int:
        """How many rows have been given to a stage."""
        return len(self.ledger.read_text().splitlines()) if self.ledger.exists() else 0

    def kill(self, whom: str) -> dg.DagsterRun | None:
        """Kills when a run is at work and has got somewhere new; returns that run, None when it was quicker."""
        before = self.rows_computed()
        until(lambda: self.over() or (self.at_work() and self.rows_computed() > before), "a run at work")
        run = self.at_work()
        if run is None:
            return None
        group = self._groups[-1]
        if whom == "run worker":
            os.kill(int(run.tags[PROCESS_TAG].partition("-")[0]), signal.SIGKILL)
        elif whom == "whole group":
            os.killpg(group.pid, signal.SIGKILL)
        else:
            group.kill()
        if whom != "run worker":
            group.wait(DEADLINE)
        if whom == "whole group":  # on a busy machine the kernel takes its time, and until then the run is not known to be dead
            until(lambda: not processes.alive(run.tags[PROCESS_TAG]), "the end of the killed run")
        self.toll.kills += 1
        self.toll.killed_at.append(whom)
        self.look(whom)
        return run

    def closed(self, run: dg.DagsterRun) -> bool:
        """Whether somebody else has failed the run; that it ended red by itself, because of an article, is something else."""
        now = self.instance.get_run_by_id(run.run_id)
        return now.status == dg.DagsterRunStatus.FAILURE and now.tags.get("dagster/failure_reason") != "STEP_FAILURE"

    def end(self) -> None:
        """Ends everything that this chain started."""
        for group in self._groups:
            try:
                os.killpg(group.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue  # it has been killed as a whole
            group.wait(DEADLINE)
        self.instance.dispose()

    def _python(self, *arguments: str) -> subprocess.Popen:
        with Path(self.log).open("ab") as stream:
            return subprocess.Popen(
                [sys.executable, *arguments], env=self._environment, stdout=stream, stderr=subprocess.STDOUT, start_new_session=True
            )


def daemon_killed(site: Site, toll: Toll, kills: int, show: Callable[[Toll], None]) -> None:
    """Kills run workers, the daemon with all its processes, and the daemon alone, in turn; retries bring the shard to its end."""
    wanted, turns = toll.kills + kills, itertools.cycle(WHOM)
    while toll.kills < wanted:
        chain = DaemonChain(site, toll)
        try:
            chain.start_daemon()
            chain.launch()
            while toll.kills < wanted and not chain.over():
                strike_daemon(chain, next(turns))
                show(toll)
            until(chain.over, "the end of the last retry")
            chain.look("the end")
            chain.compare(0)
        finally:
            chain.end()


def strike_daemon(chain: DaemonChain, whom: str) -> dg.DagsterRun | None:
    """Kills, starts the daemon again where it was killed, and sees to it that the run of a dead process is failed and that of a living one is not."""
    run = chain.kill(whom)
    if run is None:
        return None
    if whom == "run worker":
        until(lambda: chain.closed(run), "the failure of the killed run")
        return run
    chain.start_daemon()
    closed, alive = chain.closed(run), processes.alive(run.tags[PROCESS_TAG])
    # without its daemon a run lives on, but only for a while: Dagster's code server ends itself when nobody calls it
    if (closed and alive) or (whom == "whole group" and not closed):
        chain.toll.problems.append(
            f"{chain.home.name}: after a kill of the {whom} run {run.run_id} is {chain.instance.get_run_by_id(run.run_id).status}"
        )
    return run
