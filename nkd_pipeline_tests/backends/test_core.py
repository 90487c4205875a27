"""A delivery's whole way on Postgres and an object store, by the commands that people use: nothing of it may hang on SQLite or a folder."""

import csv
import io

import dagster as dg
import pytest
from PIL import Image

from nkd_pipeline.assets.partitions import failed_articles, shards
from nkd_pipeline.automation.instance import open_instance
from nkd_pipeline.execution.steps import STEPS, read_rows
from nkd_pipeline.storage.places import is_remote

SHARD = "herbst.000"
BREAK_T2 = '[run]\nworkers = 1\n[stages.generated_images]\nsize = 512\n[faults]\ngenerated_images = ["T-2"]\n'


@pytest.fixture
def backend_name():
    return "postgres-s3"


def rows(workspace):
    return {asset: read_rows(workspace, asset, SHARD) for asset in STEPS}


def status(instance, asset, partition, definition):
    states = instance.get_status_by_partition(dg.AssetKey(asset), [partition], definition)
    return states[partition].value


def test_a_delivery_goes_from_texts_to_export_with_a_failed_article_made_good(nkd, delivery, home, workspace, tmp_path, monkeypatch):
    assert is_remote(home)
    (home / "settings.toml").write_text(BREAK_T2)
    result = nkd("run", delivery, "--home", home)
    assert (result.exit_code, "3 of 4 articles released" in result.output) == (3, True), result.output
    with open_instance(workspace.home) as instance:
        assert instance.run_storage.__class__.__module__.startswith("dagster_postgres")
        assert instance.get_dynamic_partitions(shards.name) == [SHARD]
        assert instance.get_dynamic_partitions(failed_articles.name) == [f"{SHARD}/T-2"]
        assert status(instance, "catalog_release", SHARD, shards) == "FAILED"

    before = rows(workspace)
    (home / "settings.toml").write_text(BREAK_T2.partition("[faults]")[0])
    retried = nkd("retry", "--home", home)
    assert (retried.exit_code, "1 of 1 articles are released now." in retried.output) == (0, True), retried.output
    after = rows(workspace)
    assert {key for asset in after for key in after[asset] if after[asset][key] != before[asset].get(key)} == {"T-2"}
    with open_instance(workspace.home) as instance:
        assert instance.get_dynamic_partitions(failed_articles.name) == []
        assert status(instance, "catalog_release", SHARD, shards) == "MATERIALIZED"

    pictures = {path.name: path for path in (home / "released" / SHARD / "images").glob("*.png")}
    assert sorted(pictures) == ["T-1.png", "T-2.png", "T-3.png", "T-4.png"]
    assert Image.open(io.BytesIO(pictures["T-2.png"].read_bytes())).size[0] == 512
    page = (home / "galleries" / f"{SHARD}.html").read_text(encoding="utf-8")
    assert ("data:image/webp;base64," in page, f'href="../images/{SHARD}/T-1/1.png"' in page) == (True, True)
    assert nkd("export", "--home", home, "--out", tmp_path / "x.csv").exit_code == 0
    with (tmp_path / "x.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert {row["article_id"]: row["status"] for row in csv.DictReader(stream)} == dict.fromkeys(["T-1", "T-2", "T-3", "T-4"], "released")
    told = nkd("status", "--home", home)
    assert (told.exit_code, "4" in told.output) == (0, True), told.output
    # what belongs to this machine alone lies outside the home
    assert {path.name for path in home.iterdir()}.isdisjoint({"dagster", "incoming"})
    assert (workspace.home.local / "dagster" / "dagster.yaml").exists()


def test_a_home_that_cannot_be_reached_is_named_with_the_cure(nkd, delivery, home):
    result = nkd("run", delivery, "--home", "s3://nobodys-bucket/home")
    assert (result.exit_code, "There is no bucket nobodys-bucket" in " ".join(result.output.split())) == (2, True)


def test_a_database_that_is_not_there_is_named(nkd, delivery, home, monkeypatch):
    monkeypatch.setenv("NKD_POSTGRES_URL", "postgresql://nkd@127.0.0.1:1/dagster")
    result = nkd("run", delivery, "--home", home)
    assert (result.exit_code, "NKD_POSTGRES_URL does not let us in" in " ".join(result.output.split())) == (2, True)
