"""Two runs of one shard: they take turns, and one that was thought dead brings nothing back."""

import signal
import threading

import psutil

from nkd_pipeline.automation.instance import open_instance
from nkd_pipeline.execution.attempts import request_attempts
from nkd_pipeline.execution.ingest import ingest
from nkd_pipeline.execution.sign_of_life import PROCESS_TAG
from nkd_pipeline.execution.steps import read_rows, run_step
from nkd_pipeline.storage import held_lock, processes
from nkd_pipeline.storage.home import Home
from nkd_pipeline_tests.crash import state
from nkd_pipeline_tests.crash.campaign import RUN
from nkd_pipeline_tests.crash.counted import BATCH
from nkd_pipeline_tests.crash.daemon import until
from nkd_pipeline_tests.crash.harness import GOOD_CODES, Chain, Toll
from nkd_pipeline_tests.crash.scene import SHARD

# the twenty rows of the texts are through, of the pictures two are stored and none is flushed
IN_THE_PICTURES = "row.stored:22:stop"


def test_two_runs_at_once_make_one_result_and_compute_no_row_twice(site):
    chain = Chain(site, Toll())
    runs = [chain.start(RUN), chain.start(RUN)]
    assert {run.wait() for run in runs} <= set(GOOD_CODES)
    assert set(state.computed_rows(chain.ledger).values()) == {1}
    chain.look("the end")
    chain.compare(RUN)
    assert chain.toll.problems == []


def stopped_run(chain):
    """A run that holds a table's lock and has gone to sleep; Dagster has been told that it is dead."""
    run = chain.start(RUN, IN_THE_PICTURES)
    until(lambda: psutil.Process(run.pid).status() == psutil.STATUS_STOPPED, "a stopped run")
    with open_instance(Home(chain.home)) as instance:
        (started,) = [found for found in instance.get_runs() if found.tags[PROCESS_TAG] == processes.identity(run.pid)]
        assert not started.is_finished  # opening the instance closes runs of dead processes, and this one lives
        instance.report_run_failed(started)
    return run


def waiting_run(chain, other):
    """A second run that waits for the first and says so."""
    run = chain.start(RUN)
    until(lambda: f"Waiting for generated_images.{SHARD}.lock: process {other.pid}" in chain.log.read_text(), "a word of whom the run waits for")
    assert run.exit_code is None
    return run


def test_a_run_that_was_given_up_and_wakes_overwrites_nothing(site):
    chain = Chain(site, Toll())
    first = stopped_run(chain)
    second = waiting_run(chain, first)
    first.send(signal.SIGCONT)
    assert {first.wait(), second.wait()} <= set(GOOD_CODES)
    assert set(state.computed_rows(chain.ledger).values()) == {1}
    chain.look("the end")
    chain.compare(RUN)
    assert chain.toll.problems == []


def test_a_run_goes_on_when_the_one_it_waits_for_is_killed(site):
    chain = Chain(site, Toll())
    first = stopped_run(chain)
    second = waiting_run(chain, first)
    first.send(signal.SIGKILL)
    assert second.wait() in GOOD_CODES
    assert sum(count - 1 for count in state.computed_rows(chain.ledger).values()) <= BATCH
    chain.look("the end")
    chain.compare(RUN)
    assert chain.toll.problems == []


def test_what_was_asked_while_a_step_waited_is_what_it_makes(workspace, delivery, monkeypatch, caplog):
    # a step that reads the wanted attempts before it holds the lock would put the older picture over the newer one
    monkeypatch.setattr(held_lock, "SILENT_SECONDS", 0.05)
    shard = ingest(workspace, delivery).shards[0]
    for asset in ("articles", "translated_descriptions", "extracted_attributes"):
        run_step(workspace, asset, shard)
    with workspace.tables.locked("prompts", shard):
        late = threading.Thread(target=run_step, args=(workspace, "prompts", shard))
        late.start()
        until(lambda: f"Waiting for prompts.{shard}.lock" in caplog.text, "a step that waits")
        request_attempts(workspace, shard, ["T-1"], "while the step waited")
    late.join()
    assert read_rows(workspace, "prompts", shard)["T-1"].state.attempt == 2
