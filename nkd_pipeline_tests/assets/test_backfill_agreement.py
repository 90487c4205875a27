"""Failed articles can be made good in four ways. Whichever is taken: the same tables, the same attempt numbers, the same colours in Dagster."""

import shutil

import dagster as dg
import pytest

from nkd_pipeline.assets.partitions import failed_articles, shards
from nkd_pipeline.assets.resources import WorkspaceResource
from nkd_pipeline.automation.instance import open_instance
from nkd_pipeline.automation.retries import failed_articles_sensor
from nkd_pipeline.cli.running import QUIET, retry_failed
from nkd_pipeline.definitions import defs
from nkd_pipeline.execution.ingest import ingest
from nkd_pipeline.execution.steps import STEPS, read_rows
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.storage.tables import plain_row
from nkd_pipeline_tests.conftest import ARTICLES, write_delivery
from nkd_pipeline_tests.execution.unreliable import AWAY, PROFILE

SHARD = "herbst.000"
ONE_EACH = {"T-1": "translated_descriptions", "T-2": "generated_images", "T-3": "rubric_reports"}  # before, at and after the picture
KEYS = [f"{SHARD}/{article}" for article in ONE_EACH]
WHEN = {"produced_at", "duration_ms"}


def run_shard(instance):
    job = defs.resolve_job_def("catalog_run")
    job.execute_in_process(instance=instance, partition_key=SHARD, raise_on_error=False, run_config=QUIET)


def backfill(instance, first=KEYS[0], last=KEYS[-1]):
    tags = {"dagster/asset_partition_range_start": first, "dagster/asset_partition_range_end": last}
    job = defs.resolve_job_def("article_retries")
    assert job.execute_in_process(instance=instance, tags=tags, raise_on_error=False, run_config=QUIET).success


def by_sensor(instance):
    context = dg.build_sensor_context(instance, resources={"workspace": WorkspaceResource()})
    (request,) = failed_articles_sensor.evaluate_tick(context).run_requests  # one run, one loading of models
    backfill(instance, request.tags["dagster/asset_partition_range_start"], request.tags["dagster/asset_partition_range_end"])


def by_retry(_):
    assert retry_failed(None, "sketch", []) == 0


WAYS = [
    pytest.param(backfill, id="the failed articles' partitions, in the UI"),
    pytest.param(by_sensor, id="the sensor"),
    pytest.param(by_retry, id="nkd retry"),
    pytest.param(run_shard, id="the red shard materialized again"),
]


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    """A home after a run during which three servers were away for one article each."""
    folder = tmp_path_factory.mktemp("broken")
    home = folder / "home"
    home.mkdir()
    (home / "settings.toml").write_text(PROFILE.format(minutes=0.000001))
    with pytest.MonkeyPatch.context() as environment:
        for name, value in (("NKD_HOME", home), ("DAGSTER_HOME", home / "dagster"), ("NKD_DEVICES", "")):
            environment.setenv(name, str(value))
        environment.setenv(AWAY, " ".join(f"{asset}:{article}" for article, asset in ONE_EACH.items()))
        workspace = Workspace.open(str(home))
        with open_instance(workspace.home) as instance:
            ingest(workspace, write_delivery(folder / "herbst.csv", ARTICLES))
            instance.add_dynamic_partitions(shards.name, [SHARD])
            run_shard(instance)
            assert instance.get_dynamic_partitions(failed_articles.name) == KEYS
    return home


@pytest.fixture
def home(broken, tmp_path):
    return shutil.copytree(broken, tmp_path / "home")


def rows(workspace):
    return {(asset, key): plain_row(row) for asset in STEPS for key, row in read_rows(workspace, asset, SHARD).items()}


def untimed(tables):
    return {key: {name: value for name, value in row.items() if name not in WHEN} for key, row in tables.items()}


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    """The rows of a run in which no server was ever away."""
    folder = tmp_path_factory.mktemp("clean")
    (folder / "settings.toml").write_text(PROFILE.format(minutes=1))
    workspace = Workspace.open(str(folder))
    ingest(workspace, write_delivery(folder / "herbst.csv", ARTICLES))
    from nkd_pipeline.execution.steps import run_step

    for asset in STEPS:
        run_step(workspace, asset, SHARD)
    return untimed(rows(workspace))


@pytest.mark.parametrize("make_good", WAYS)
def test_all_ways_end_alike_and_compute_only_what_failed(home, expected, make_good):
    workspace = Workspace.open(str(home))
    before = rows(workspace)
    with open_instance(workspace.home) as instance:
        make_good(instance)
        after = rows(workspace)
        assert untimed(after) == expected  # as if nothing had ever failed: the same attempt, the same seed, the same picture
        # not one good row was computed again, neither of the good article nor of the failed ones
        assert {key: row for key, row in after.items() if before[key]["status"] == "ok"} == {
            key: row for key, row in before.items() if row["status"] == "ok"
        }
        assert instance.get_dynamic_partitions(failed_articles.name) == []
        state = instance.get_status_by_partition(dg.AssetKey("catalog_release"), [SHARD], shards)[SHARD]
        assert state is not None
        assert state.value == "MATERIALIZED"


def test_while_the_server_is_away_all_ways_leave_the_same_keys_and_the_same_attempt(home, monkeypatch):
    monkeypatch.setenv(AWAY, "generated_images:T-2 rubric_reports:T-3")
    workspace = Workspace.open(str(home))
    with open_instance(workspace.home) as instance:
        assert retry_failed(None, "sketch", []) == 3
        run_shard(instance)
        by_sensor_keys = [request.tags["dagster/asset_partition_range_start"] for request in tick(instance).run_requests]
        assert (instance.get_dynamic_partitions(failed_articles.name), by_sensor_keys) == (KEYS[1:], [KEYS[1]])
        assert {row["attempt"] for row in rows(workspace).values()} == {1}


def tick(instance):
    return failed_articles_sensor.evaluate_tick(dg.build_sensor_context(instance, resources={"workspace": WorkspaceResource()}))
