"""The quick look at a shard says of every article what the whole rows say."""

import pytest

from nkd_pipeline.execution.article_states import article_states
from nkd_pipeline.execution.attempts import request_attempts
from nkd_pipeline.execution.catalog_view import view_shard
from nkd_pipeline.execution.failures import VERDICT_FAIL
from nkd_pipeline.execution.ingest import ingest
from nkd_pipeline.execution.outcome import RunOptions
from nkd_pipeline.execution.steps import STEPS, run_step
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.records import HumanMark, Waiver
from nkd_pipeline_tests.execution.unreliable import AWAY, PROFILE

SHARD = "herbst.000"


@pytest.fixture
def mixed(home, delivery, monkeypatch):
    """T-1 failed at its picture, T-2 is good, T-3 was rejected by people, T-4 has a new picture that nobody judged."""
    (home / "settings.toml").write_text(PROFILE.format(minutes=1))
    monkeypatch.setenv(AWAY, "generated_images:T-1")
    workspace = Workspace.open(str(home))
    ingest(workspace, delivery)
    for asset in list(STEPS)[:-1]:
        run_step(workspace, asset, SHARD)
    image = workspace.tables.read("generated_images", STEPS["generated_images"].record, SHARD)["T-3"].record
    marks = [HumanMark("T-3", 1, image.sha256, name, "colour", "strong", "2026-01-02T03:04:05+00:00") for name in ("Erika", "Max")]
    workspace.tables.write_records("marks", HumanMark, SHARD, marks)
    run_step(workspace, "rubric_reports", SHARD)
    request_attempts(workspace, SHARD, ["T-4"], "test")
    for asset in ("prompts", "generated_images"):
        run_step(workspace, asset, SHARD, RunOptions(only=frozenset({"T-4"})))
    return workspace


def both(workspace):
    quick = {article.article_id: article.status for article in article_states(workspace, SHARD)}
    assert quick == {view.delivered.article_id: view.status for view in view_shard(workspace, SHARD)}
    return quick


def test_the_quick_look_agrees_with_the_whole_rows(mixed):
    assert both(mixed) == {"T-1": "failed", "T-2": "released", "T-3": "failed", "T-4": "pending"}
    waivers = [Waiver(article, "studio photo", "Erika", "2026-01-02T03:04:05+00:00") for article in ("T-1", "T-2")]
    mixed.tables.write_records("waivers", Waiver, SHARD, waivers)
    assert both(mixed) == {"T-1": "waived", "T-2": "released", "T-3": "failed", "T-4": "pending"}


def test_it_says_what_failed_and_why(mixed):
    states = {article.article_id: article for article in article_states(mixed, SHARD)}
    (failure,) = states["T-1"].failures
    assert (failure.asset, failure.kind, failure.error) == (
        "generated_images",
        "server_unreachable",
        "generated_images: the server is away for T-1",
    )
    (failure,) = states["T-3"].failures
    assert (failure.asset, failure.kind, failure.error) == ("rubric_reports", VERDICT_FAIL, "colour")
    assert [states[name].tried for name in ("T-3", "T-4")] == [1, 2]


def test_before_the_first_run_everything_is_pending(workspace, delivery):
    assert article_states(workspace, SHARD) == []
    ingest(workspace, delivery)
    assert set(both(workspace).values()) == {"pending"}
