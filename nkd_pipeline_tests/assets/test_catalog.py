"""The assets in a real Dagster instance: what a person sees who materializes a shard."""

import dagster as dg
import pytest

from nkd_pipeline.assets.partitions import failed_articles, shards
from nkd_pipeline.automation.instance import open_instance
from nkd_pipeline.cli.running import QUIET
from nkd_pipeline.definitions import defs
from nkd_pipeline.execution.ingest import ingest
from nkd_pipeline.execution.steps import STEPS, read_rows
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.storage.home import Home
from nkd_pipeline.studies import catalogue

SHARD = "herbst.000"
BREAK_T2 = '[run]\nworkers = 1\n[stages.generated_images]\nsize = 512\n[faults]\ngenerated_images = ["T-2"]\n'


@pytest.fixture
def instance(workspace, delivery):
    """The home's instance with the delivery taken in."""
    opened = open_instance(workspace.home)
    ingest(workspace, delivery)
    opened.add_dynamic_partitions(shards.name, [SHARD])
    with opened:
        yield opened


def run_shard(instance):
    job = defs.resolve_job_def("catalog_run")
    return job.execute_in_process(instance=instance, partition_key=SHARD, raise_on_error=False, run_config=QUIET)


def backfill(instance, first, last):
    tags = {"dagster/asset_partition_range_start": first, "dagster/asset_partition_range_end": last}
    job = defs.resolve_implicit_global_asset_job_def()
    keys = [dg.AssetKey("article_backfills")]
    return job.execute_in_process(instance=instance, asset_selection=keys, tags=tags, raise_on_error=False, run_config=QUIET)


def status(instance, asset, partition):
    """Dagster's own view of a partition: what colours it in the UI."""
    key = dg.AssetKey(asset)
    states = instance.get_status_by_partition(key, [partition], shards if asset != "article_backfills" else failed_articles)
    return states[partition].value if states and states[partition] else None


def test_a_shard_runs_through_and_is_released(instance, home):
    assert run_shard(instance).success
    assert (home / "galleries" / f"{SHARD}.html").exists()
    assert sorted(path.name for path in (home / "released" / SHARD / "images").iterdir()) == [f"T-{i}.png" for i in (1, 2, 3, 4)]
    assert instance.get_dynamic_partitions(failed_articles.name) == []


def test_materializations_tell_counts_speed_and_show_pictures(instance):
    result = run_shard(instance)
    metadata = {e.asset_key.path[-1]: e.step_materialization_data.materialization.metadata for e in result.get_asset_materialization_events()}
    assert metadata["articles"]["dagster/row_count"].value == 4
    assert metadata["prompts"]["computed"].value == 4
    assert metadata["generated_images"]["seconds_per_article"].value > 0
    assert metadata["generated_images"]["thumbnails"].value.startswith("![the first 4 pictures](data:image/webp;base64,")
    assert len(metadata["generated_images"]["thumbnails"].value) < 40_000  # the event log keeps it several times
    assert metadata["catalog_release"]["released"].value == 4


def test_a_second_run_computes_nothing(instance, workspace):
    run_shard(instance)
    before = {asset: read_rows(workspace, asset, SHARD) for asset in STEPS}
    result = run_shard(instance)
    assert {asset: read_rows(workspace, asset, SHARD) for asset in STEPS} == before
    computed = [
        e.step_materialization_data.materialization.metadata["computed"].value
        for e in result.get_asset_materialization_events()
        if e.asset_key.path[-1] in STEPS
    ]
    assert computed == [0] * len(STEPS)


def test_a_failed_article_turns_the_release_red_and_becomes_a_partition(instance, home):
    (home / "settings.toml").write_text(BREAK_T2)
    result = run_shard(instance)

    assert not result.success
    assert status(instance, "catalog_release", SHARD) == "FAILED"
    assert status(instance, "generated_images", SHARD) == "MATERIALIZED"
    assert instance.get_dynamic_partitions(failed_articles.name) == [f"{SHARD}/T-2"]
    checks = {e.asset_key.path[-1]: e for e in result.get_asset_check_evaluations()}
    assert [name for name, check in checks.items() if not check.passed] == ["generated_images"]
    assert checks["generated_images"].metadata["failed_rows"].records[0].data["kind"] == "planted_fault"
    assert (home / "galleries" / f"{SHARD}.html").exists()


def test_a_backfilled_article_turns_its_shard_green_and_nobody_elses_row_is_touched(instance, home, workspace):
    (home / "settings.toml").write_text(BREAK_T2)
    run_shard(instance)
    before = read_rows(workspace, "generated_images", SHARD)
    (home / "settings.toml").write_text(BREAK_T2.partition("[faults]")[0])

    assert backfill(instance, f"{SHARD}/T-2", f"{SHARD}/T-2").success
    assert status(instance, "catalog_release", SHARD) == "MATERIALIZED"
    assert instance.get_dynamic_partitions(failed_articles.name) == []
    after = read_rows(workspace, "generated_images", SHARD)
    assert [key for key in after if after[key] != before.get(key)] == ["T-2"]
    assert after["T-2"].record.attempt == 1  # there was no picture yet that could have been bad
    assert run_shard(instance).success
    assert read_rows(workspace, "generated_images", SHARD) == after


def test_one_run_backfills_many_and_the_bad_one_stays(instance, home):
    (home / "settings.toml").write_text(BREAK_T2.replace('["T-2"]', '["T-1", "T-2", "T-3"]'))
    run_shard(instance)
    (home / "settings.toml").write_text(BREAK_T2)
    keys = instance.get_dynamic_partitions(failed_articles.name)
    assert len(keys) == 3

    result = backfill(instance, keys[0], keys[-1])
    assert not result.success
    (failure,) = [event for event in result.all_events if event.is_step_failure]
    assert "1 articles failed again. T-2" in failure.step_failure_data.error.message
    assert instance.get_dynamic_partitions(failed_articles.name) == [f"{SHARD}/T-2"]
    assert status(instance, "catalog_release", SHARD) == "FAILED"


def test_pictures_that_fail_are_made_again_in_the_same_run(instance, home):
    stage = 'stage = "nkd_pipeline_tests.execution.artists:ClumsyArtist"\nsize = 512\nwrong = { T-1 = ["grey"], T-3 = ["grey", "grey", "grey"] }\n'
    (home / "settings.toml").write_text(f"[run]\nworkers = 1\n[stages.generated_images]\n{stage}")
    result = run_shard(instance)
    metadata = {e.asset_key.path[-1]: e.step_materialization_data.materialization.metadata for e in result.get_asset_materialization_events()}
    told = {name: metadata["judged_attempts"][name].value for name in ("made_again", "still_failing", "first_pass_rate", "attempts_per_article")}
    assert told == {"made_again": 3, "still_failing": 1, "first_pass_rate": 0.5, "attempts_per_article": 1.75}
    table = metadata["judged_attempts"]["attempts"].records
    assert [(row.data["article_id"], row.data["attempt"], row.data["verdict"], row.data["chosen"]) for row in table] == [
        ("T-1", 1, "fail", False),
        ("T-1", 2, "excellent", True),
        ("T-3", 1, "fail", True),  # of equals the first
        ("T-3", 2, "fail", False),
        ("T-3", 3, "fail", False),
    ]
    assert instance.get_dynamic_partitions(failed_articles.name) == [f"{SHARD}/T-3"]


def test_definitions_are_sound():
    dg.Definitions.validate_loadable(defs)
    assert {key.to_user_string() for key in defs.resolve_asset_graph().get_all_asset_keys()} == {
        *STEPS,
        "judged_attempts",
        "catalog_release",
        "article_backfills",
        "catalog_status",
        *(asset.key.to_user_string() for asset in catalogue.ASSETS),
    }


def test_the_workspace_follows_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("NKD_HOME", str(tmp_path / "elsewhere"))
    assert Workspace.open().home == Home(tmp_path / "elsewhere")
