"""What dies on a Ray cluster costs time, and an article only where the article is the cause."""

import signal
import subprocess
import sys
from collections import Counter

import psutil
import pytest

from nkd_pipeline.execution import ray_cluster
from nkd_pipeline.execution.engine import LoadError
from nkd_pipeline.execution.runner import run_stage
from nkd_pipeline_tests.execution.on_ray.running import begun, orders, run, until
from nkd_pipeline_tests.execution.on_ray.stages import DEADLINE, DyingAtLoad, Lying, Telling
from nkd_pipeline_tests.execution.stages import ParallelShout, Shout, Unloadable


def test_a_node_that_is_killed_costs_time_only(telling, tmp_path, cluster):
    victim = cluster.add_node(num_cpus=1)
    killed = []

    def strike(done, todo):
        if not killed and any(node == victim.node_id for _, node in begun(tmp_path)):
            cluster.remove_node(victim, allow_graceful=False)
            killed.append(done)
            (tmp_path / "gate").touch()  # the others wait for it, so that they do not do all the work meanwhile

    stage = Telling(telling.model_copy(update={"hangs_on": victim.node_id}))
    outcome = run(stage, orders(*["wait"] * 15), progress=strike)
    assert killed
    assert {row.state.status for row in outcome.rows.values()} == {"ok"}
    assert (outcome.counts.computed, outcome.counts.failed, outcome.counts.bisections) == (15, 0, 0)
    twice = [article for article, times in Counter(article for article, _ in begun(tmp_path)).items() if times > 1]
    assert twice == [article for article, node in begun(tmp_path) if node == victim.node_id]  # the one batch that it was at
    assert len(twice) == 1


def test_a_poison_article_costs_that_article_alone():
    texts = [*["fine"] * 9, "poison", *["fine"] * 5, "unsuitable", "untransportable", "fine"]
    outcome = run(ParallelShout(), orders(*texts))
    failed = {key: row.state.error_kind for key, row in outcome.rows.items() if not row.ok}
    assert failed == {"a9": "ValueError", "a15": "no_garment", "a16": "UntransportableError"}
    here = run_stage(Shout(), orders(*texts), {}, lambda rows: None)
    assert {k: (r.state.error, r.record) for k, r in outcome.rows.items()} == {k: (r.state.error, r.record) for k, r in here.rows.items()}


def test_an_article_that_kills_its_process_costs_that_article_alone():
    outcome = run(ParallelShout(), orders(*["fine"] * 9, "crash", *["fine"] * 9))
    assert {key: row.state.error_kind for key, row in outcome.rows.items() if not row.ok} == {"a9": "worker_died"}
    assert outcome.counts.computed == 18


def test_an_interrupted_run_keeps_what_was_computed_and_ends_its_busy_workers(telling, tmp_path):
    import ray

    flushed = []

    def interrupt(done, todo):
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(Telling(telling), orders("a", "wait"), flushed.append, progress=interrupt, flush_seconds=60.0)
    assert [[row.state.article_id for row in rows] for rows in flushed] == [["a0"]]
    ray_cluster.end_idle()
    until(lambda: ray.available_resources().get("CPU") == 2)


@pytest.mark.parametrize(
    ("stage", "says"),
    [
        pytest.param(lambda _: type("Parallel", (Unloadable,), {"parallel": True})(), "On .*no weights here", id="its load raises"),
        pytest.param(Lying, "another version of Lying. Install the same package", id="another version: its results would pass for ours"),
        pytest.param(DyingAtLoad, "Worker processes die while they load DyingAtLoad", id="its load kills the process"),
    ],
)
def test_a_stage_that_a_node_cannot_load_stops_and_is_held_against_no_article(telling, stage, says):
    flushed = []
    with pytest.raises(LoadError, match=says):
        run(stage(telling), orders("a", "b", "c"), flushed.append)
    assert not any(flushed)


def test_without_ray_the_cure_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(LoadError, match=r'pip install "nkd_pipeline\[ray\]", or set engine = "local"'):
        run(ParallelShout(), orders("a", "b"))


def test_a_cluster_that_does_not_answer_is_named_at_once(monkeypatch):
    import ray

    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    monkeypatch.setenv("RAY_ADDRESS", "127.0.0.1:9")  # the discard service, which nobody runs
    with pytest.raises(LoadError, match=r"127\.0\.0\.1:9 cannot be joined: .*refused.*correct RAY_ADDRESS"):
        run(ParallelShout(), orders("a", "b"))


ALONE = """
import sys
from nkd_pipeline.execution.outcome import RunOptions
from nkd_pipeline.execution.runner import run_stage
from nkd_pipeline_tests.execution.on_ray.stages import Telling, TellingSettings
from nkd_pipeline_tests.execution.stages import Order

waiting = [Order("a0", "wait"), Order("a1", "wait")]
run_stage(Telling(TellingSettings(folder=sys.argv[1])), waiting, {}, print, options=RunOptions(engine="ray", workers=2))
"""


def test_a_killed_run_takes_the_cluster_that_it_started_with_it(tmp_path, monkeypatch):
    monkeypatch.delenv("RAY_ADDRESS")
    process = subprocess.Popen([sys.executable, "-c", ALONE, str(tmp_path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until(lambda: len(begun(tmp_path)) == 2)
    # Ray's own agents, which hold no place, take a minute to notice
    children = psutil.Process(process.pid).children(recursive=True)
    holding = [child for child in children if child.name().startswith(("raylet", "gcs", "ray::StageWorker"))]
    assert len(holding) == 4
    process.send_signal(signal.SIGKILL)
    process.wait(DEADLINE)
    until(lambda: not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in holding))
