"""When a failed article is tried again by itself."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nkd_pipeline.execution.article_states import ArticleState, FailedRow
from nkd_pipeline.execution.failures import VERDICT_FAIL
from nkd_pipeline.execution.ingest import ingest
from nkd_pipeline.execution.retrying import LONGEST, RetryPolicy, changed_rows, unfinished
from nkd_pipeline.execution.steps import STEPS, run_step
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline_tests.conftest import ARTICLES, write_delivery
from nkd_pipeline_tests.execution.unreliable import AWAY, PROFILE

FAILED_AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
POLICY = RetryPolicy(max_attempts=4, after=timedelta(minutes=15))


def failed(*kinds, status="failed", tried=1, again=0):
    rows = tuple(FailedRow("generated_images", kind, "", "hash", FAILED_AT) for kind in kinds)
    return ArticleState("T-1", status, rows, tried, again)


@pytest.mark.parametrize(
    ("article", "minutes"),
    [
        pytest.param(failed("server_unreachable"), 15, id="the server may be back"),
        pytest.param(failed("server_unreachable", again=1), 30, id="twice as long after the second try"),
        pytest.param(failed("server_unreachable", again=2), 60, id="and again"),
        pytest.param(failed("server_unreachable", again=3), None, id="four tries and no more"),
        pytest.param(failed("KeyError"), 15, id="what nobody knows may pass as well"),
        pytest.param(failed("no_garment"), None, id="the text will not name a garment by itself"),
        pytest.param(failed("planted_fault"), None, id="somebody planted it"),
        pytest.param(failed("server_unreachable", "no_number"), None, id="one of two reasons stays"),
        pytest.param(failed("black_picture", tried=2), 30, id="another seed, the second has failed"),
        pytest.param(failed(VERDICT_FAIL, tried=4), None, id="four pictures were made already"),
        pytest.param(failed("server_unreachable", status="waived"), None, id="somebody does without"),
        pytest.param(failed("server_unreachable", status="released"), None, id="a scorer failed, the article is good"),
        pytest.param(failed(status="pending"), None, id="not failed at all"),
    ],
)
def test_next_try(article, minutes):
    assert POLICY.next_try(article) == (None if minutes is None else FAILED_AT + timedelta(minutes=minutes))


@given(st.integers(0, 10_000), st.floats(0.001, 100_000))
def test_waits_never_get_shorter_and_never_longer_than_a_day(again, minutes):
    policy = RetryPolicy(20, timedelta(minutes=minutes))
    assert policy.wait(again) <= policy.wait(again + 1) <= LONGEST


@given(st.integers(1, 20), st.integers(0, 30))
def test_an_article_is_tried_max_attempts_times_in_all(limit, again):
    policy = RetryPolicy(limit, timedelta(minutes=1))
    assert (policy.next_try(failed("server_timeout", again=again)) is None) == (again >= limit - 1)


@pytest.fixture
def computed(home, delivery):
    """A shard of which everything is computed but T-2, whose server was away."""

    def run(minutes):
        (home / "settings.toml").write_text(PROFILE.format(minutes=minutes))
        workspace = Workspace.open(str(home))
        ingest(workspace, delivery)
        for asset in STEPS:
            run_step(workspace, asset, "herbst.000")
        return workspace

    return run


def test_a_shard_is_unfinished_until_every_row_had_its_turn(computed, workspace, delivery, monkeypatch, tmp_path):
    ingest(workspace, delivery)
    assert unfinished(workspace, "herbst.000")
    # what failed is left to the sensor that counts tries: a server that stays away must not be asked for ever
    monkeypatch.setenv(AWAY, "generated_images:T-2")
    workspace = computed(minutes=15)
    assert not unfinished(workspace, "herbst.000")
    # good articles, and yet a changed delivery is work
    edited = [row if row["article_id"] != "T-3" else {**row, "model_descr": "rot"} for row in ARTICLES]
    ingest(workspace, write_delivery(tmp_path / "herbst.csv", edited))
    assert changed_rows(workspace, "herbst.000")
    assert unfinished(workspace, "herbst.000")
