"""Two machines with one home and one database take turns, and one that dies costs the other time only. `make test-backends` runs this."""

import os
import signal
import subprocess
import sys
import time

import pytest

from nkd_pipeline.execution.catalog_view import view_shard
from nkd_pipeline.execution.steps import STEPS, read_rows
from nkd_pipeline.storage.images import read_provenance
from nkd_pipeline.storage.places import place

SHARD = "herbst.000"
DEADLINE = 600.0


@pytest.fixture
def backend_name():
    return "postgres-s3"


@pytest.fixture
def machine(delivery, home, tmp_path):
    """Starts `nkd run` as the machine of that name: nothing but the home and the database is shared."""
    started = []

    def start(name):
        environment = {**os.environ, "NKD_LOCAL": str(tmp_path / name), "COLUMNS": "240"}
        command = [sys.executable, "-m", "nkd_pipeline.cli", "run", str(delivery), "--home", str(home)]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def until(condition):
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_two_machines_that_run_the_same_delivery_make_one_result(machine, workspace):
    processes = [machine("one"), machine("two")]
    outputs = [process.communicate(timeout=DEADLINE)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], outputs
    assert all("4 of 4 articles released" in output for output in outputs)
    assert {asset: len(read_rows(workspace, asset, SHARD)) for asset in STEPS} == dict.fromkeys(STEPS, 4)
    for view in view_shard(workspace, SHARD):
        assert read_provenance(workspace.home.root / view.decision.image_path).article_id == view.delivered.article_id
    assert workspace.images.attempts(SHARD).keys() == {"T-1", "T-2", "T-3", "T-4"}
    assert all(len(attempts) == 1 for attempts in workspace.images.attempts(SHARD).values())  # nothing was made twice
    assert list((workspace.home.root / "locks").glob("*")) == []


def test_what_a_machine_left_when_it_died_is_taken_over_and_not_made_again(machine, workspace):
    first = machine("one")
    until(lambda: len(read_rows(workspace, "prompts", SHARD)) == 4 or first.poll() is not None)
    first.send_signal(signal.SIGKILL)
    first.wait(60)
    before = {(asset, key): row for asset in STEPS for key, row in read_rows(workspace, asset, SHARD).items() if row.ok}
    for left in list((workspace.home.root / "locks").glob("*.lock")):
        left.unlink()  # what a waiting machine does after a minute of silence; test_object_lock.py waits for it
    second = machine("two")
    output, _ = second.communicate(timeout=DEADLINE)
    assert (second.returncode, "4 of 4 articles released" in output) == (0, True), output
    after = {(asset, key): row for asset in STEPS for key, row in read_rows(workspace, asset, SHARD).items() if row.ok}
    assert {key: row for key, row in after.items() if key in before} == before
    assert len(after) == 4 * len(STEPS)
    assert place(str(workspace.home.released(SHARD) / "articles.csv")).exists()
