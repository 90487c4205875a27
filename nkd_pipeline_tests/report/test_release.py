"""The release: what the shop finds is what is approved now."""

import json

import pytest

from nkd_pipeline.execution.attempts import request_attempts
from nkd_pipeline.execution.ingest import ingest
from nkd_pipeline.execution.outcome import RunOptions
from nkd_pipeline.execution.steps import STEPS, read_rows, run_step
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.report.release import release_shard
from nkd_pipeline.storage.images import read_provenance

SHARD = "herbst.000"


@pytest.fixture
def made(workspace, delivery):
    """A workspace whose four articles have gone through all stages."""
    ingest(workspace, delivery)
    for asset in STEPS:
        run_step(workspace, asset, SHARD)
    return workspace


def approved(workspace):
    return sorted(path.stem for path in (workspace.home.released(SHARD) / "images").glob("*.png"))


def test_all_files_of_a_release_are_there(made):
    release = release_shard(made, SHARD)
    assert release.missing == []
    assert approved(made) == ["T-1", "T-2", "T-3", "T-4"]
    assert {path.name for path in made.home.released(SHARD).glob("articles.*")} == {"articles.csv", "articles.jsonl", "articles.parquet"}
    assert SHARD in (made.home.galleries / "index.html").read_text(encoding="utf-8")


def test_released_pictures_keep_their_marking(made):
    release_shard(made, SHARD)
    history = read_provenance(made.home.released(SHARD) / "images" / "T-1.png")
    assert (history.article_id, history.source_type) == ("T-1", "algorithmicMedia")


def test_a_release_with_nothing_new_writes_nothing(made):
    release_shard(made, SHARD)
    before = {path: path.stat().st_mtime_ns for path in made.home.root.rglob("*") if path.is_file() and "locks" not in path.parts}
    release_shard(made, SHARD)
    assert {path: path.stat().st_mtime_ns for path in made.home.root.rglob("*") if path.is_file() and "locks" not in path.parts} == before


def test_a_picture_that_is_no_longer_approved_leaves_the_shops_folder(made, home):
    release_shard(made, SHARD)
    (home / "settings.toml").write_text((home / "settings.toml").read_text() + '[faults]\nrubric_reports = ["T-2"]\n')
    again = Workspace.open(str(home))
    request_attempts(again, SHARD, ["T-2"], "test")
    for asset in STEPS:
        run_step(again, asset, SHARD, RunOptions(only=frozenset({"T-2"})))
    release = release_shard(again, SHARD)
    assert approved(again) == ["T-1", "T-3", "T-4"]
    assert [(d.article_id, "planted" not in d.reason and "[faults]" in d.reason) for d in release.missing] == [("T-2", True)]


def test_a_picture_whose_file_was_deleted_is_made_again(made):
    path = made.images.path(read_rows(made, "generated_images", SHARD)["T-3"].record)
    before = path.read_bytes()
    path.unlink()
    assert run_step(made, "generated_images", SHARD).counts.computed == 1
    assert path.read_bytes() == before  # same article, same attempt, same picture


def test_articles_that_have_not_run_are_pending_not_failed(workspace, delivery):
    ingest(workspace, delivery)
    run_step(workspace, "articles", SHARD)
    release = release_shard(workspace, SHARD)
    assert release.failed_ids == []
    assert {d.reason for d in release.missing} == {"translated_descriptions has not been materialized"}


def test_the_index_keeps_the_lines_of_other_shards(made):
    release_shard(made, SHARD)
    lines = made.home.galleries / "index.json"
    stored = json.loads(lines.read_text(encoding="utf-8"))
    stored["aaa.000"] = {**stored[SHARD], "shard": "aaa.000"}
    lines.write_text(json.dumps(stored), encoding="utf-8")
    request_attempts(made, SHARD, ["T-1"], "test")
    for asset in STEPS:
        run_step(made, asset, SHARD)
    release_shard(made, SHARD)
    assert "aaa.000" in (made.home.galleries / "index.html").read_text(encoding="utf-8")
