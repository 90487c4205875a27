"""Stages on a Ray cluster of several nodes: the same rows as on one machine."""

import pytest
from typer.testing import CliRunner

from nkd_pipeline.cli import app
from nkd_pipeline.execution import ray_cluster
from nkd_pipeline.execution.ingest import ingest
from nkd_pipeline.execution.outcome import RunOptions
from nkd_pipeline.execution.runner import run_stage
from nkd_pipeline.execution.steps import STEPS, read_rows, run_step
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline_tests.conftest import ARTICLES, write_delivery
from nkd_pipeline_tests.execution.on_ray.running import orders, run, told, until, when_begun
from nkd_pipeline_tests.execution.on_ray.stages import Telling, TellingOnDevice
from nkd_pipeline_tests.execution.stages import Order

SHARD = "herbst.000"
SMALL = '[run]\nworkers = {workers}\nengine = "{engine}"\n[stages.generated_images]\nsize = 256\n'


def everything(home):
    """What a shard's tables and pictures hold, without times."""
    tables = {asset: read_rows(Workspace.open(str(home)), asset, SHARD) for asset in STEPS}
    rows = {(asset, key): (row.state.status, row.state.input_hash, row.record) for asset, table in tables.items() for key, row in table.items()}
    return rows, {path.relative_to(home): path.read_bytes() for path in home.rglob("*.png")}


@pytest.fixture
def one_thread():
    """Sums of floats depend on how they are shared out among threads; workers have one each."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("one_thread")
def test_a_shard_comes_out_as_on_one_machine_to_the_byte(tmp_path):
    # half of the pictures are judged on the node that the run is not on: it is sent the files
    delivery = write_delivery(tmp_path / "herbst.csv", [*ARTICLES, *({**ARTICLES[i], "article_id": f"U-{i}"} for i in range(2))])
    results = []
    for engine in ("local", "ray"):
        (home := tmp_path / engine).mkdir()
        # on the size of the batch, too, the last digit of a score depends
        models = "".join(f"[stages.{asset}]\nbatch_size = 1\n" for asset in ("clip_scores", "probe_answers"))
        (home / "settings.toml").write_text(SMALL.format(workers=1 if engine == "local" else 2, engine=engine) + models)
        ingest(Workspace.open(str(home)), delivery)
        for asset in STEPS:
            run_step(Workspace.open(str(home)), asset, SHARD)
        results.append(everything(home))
    rows, pictures = results[0]
    assert ({status for status, *_ in rows.values()}, len(pictures)) == ({"ok"}, 6)
    assert results[1] == results[0]


def test_the_command_line_runs_a_delivery_on_the_cluster(home, delivery):
    (home / "settings.toml").write_text(SMALL.format(workers=0, engine="ray"))
    result = CliRunner().invoke(app, ["run", str(delivery), "--home", str(home)])
    assert "4 of 4 articles released" in result.output, result.output
    assert sorted(path.name for path in (home / "released" / SHARD / "images").iterdir()) == [f"T-{i}.png" for i in (1, 2, 3, 4)]


def test_all_nodes_work_and_their_processes_serve_the_next_stage_too(telling, tmp_path):
    first = told(run(Telling(telling), orders(*["wait"] * 4), progress=when_begun(tmp_path, 2)))
    assert len({node for node, *_ in first.values()}) == 2
    assert {device for _, _, device, _ in first.values()} == {"cpu"}
    again = told(run(Telling(telling), orders("a", "b", "c")))
    assert {process for _, process, *_ in again.values()} <= {process for _, process, *_ in first.values()}


def test_processes_without_work_give_their_places_back(telling, monkeypatch):
    import ray

    monkeypatch.setattr(ray_cluster, "IDLE_SECONDS", 0.1)
    run(Telling(telling), orders("a", "b"))
    until(lambda: ray.available_resources().get("CPU") == 2)


def test_a_stage_for_a_gpu_goes_where_gpus_are_one_worker_each(telling, tmp_path, cluster):
    node = cluster.add_node(num_cpus=0, num_gpus=2)  # Ray believes what a node is said to have

    try:
        on_device = told(run(TellingOnDevice(telling), orders(*["wait"] * 4), progress=when_begun(tmp_path, 2)))
        assert {where for where, *_ in on_device.values()} == {node.node_id}
        assert {(device, gpu) for *_, device, gpu in on_device.values()} == {("cuda:0", "0"), ("cuda:0", "1")}
        on_cpu = told(run(Telling(telling), orders("a", "b")))
        assert {(device, gpu) for *_, device, gpu in on_cpu.values()} == {("cpu", "")}
    finally:
        ray_cluster.end_idle()
        cluster.remove_node(node)


def test_no_more_than_two_batches_a_worker_are_on_their_way(telling):
    # what waits costs the driver memory, and the cluster's object store too
    sent, most, stored = [], [], []

    class Parcel(Order):
        __slots__ = ()

        def __reduce__(self):
            sent.append(self.article_id)
            most.append(len(sent) - len(stored))
            return Order, (self.article_id, self.text)

    def store(result):
        stored.append(result)
        return result

    given = [Parcel(order.article_id, order.text) for order in orders(*"abcdefghijklmnopqrstuvwxyz")]
    outcome = run_stage(Telling(telling), given, {}, lambda rows: None, store=store, options=RunOptions(engine="ray", workers=2))
    assert outcome.counts.computed == 26
    assert sorted(sent) == sorted(order.article_id for order in given)
    assert max(most) <= 4


def test_rows_are_flushed_while_others_are_computed(telling, tmp_path):
    flushed = []

    def flush(rows):
        flushed.append(len(rows))
        if rows:
            (tmp_path / "gate").touch()  # without it the second article fails by its deadline

    outcome = run(Telling(telling), orders("a", "wait"), flush)
    assert [row.ok for row in outcome.rows.values()] == [True, True]
    assert [count for count in flushed if count] == [1, 2]
