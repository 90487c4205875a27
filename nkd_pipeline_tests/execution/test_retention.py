"""Retention: what may go goes, what somebody needs stays, and the tables remember."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nkd_pipeline.execution.attempts import judged_attempts
from nkd_pipeline.execution.catalog_view import view_shard
from nkd_pipeline.execution.ingest import ingest
from nkd_pipeline.execution.regeneration import regenerate
from nkd_pipeline.execution.retention import KeptPicture, prune_shard, superfluous
from nkd_pipeline.execution.steps import STEPS, run_step
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.records import HumanMark
from nkd_pipeline.report.release import release_shard
from nkd_pipeline_tests.execution.unreliable import PROFILE

SHARD = "herbst.000"
NOW = datetime(2026, 3, 1, tzinfo=UTC)
PICTURES = st.lists(
    st.builds(
        KeptPicture,
        st.sampled_from(["T-1", "T-2"]),
        st.integers(1, 9),
        st.booleans(),
        st.booleans(),
        st.integers(0, 100).map(lambda days: NOW - timedelta(days=days)),
    ),
    unique_by=lambda picture: (picture.article_id, picture.attempt),
)


@given(PICTURES, st.integers(1, 5), st.integers(0, 60))
def test_only_what_nobody_needs_goes(pictures, keep, days):
    before = NOW - timedelta(days=days)
    going = superfluous(pictures, keep, before)
    for picture in pictures:
        later = sum(other.article_id == picture.article_id and other.attempt > picture.attempt for other in pictures)
        needed = picture.chosen or picture.marked or later < keep or picture.made_at >= before
        assert (picture in going) != needed


@pytest.fixture
def tried(home, delivery):
    """T-1 with four attempts and T-2 with three; the last ones are chosen, and somebody marked T-1's second."""
    (home / "settings.toml").write_text(PROFILE.format(minutes=1))
    workspace = Workspace.open(str(home))
    ingest(workspace, delivery)
    for asset in STEPS:
        run_step(workspace, asset, SHARD)
    for articles in (["T-1", "T-2"], ["T-1", "T-2"], ["T-1"]):
        regenerate(workspace, SHARD, articles, "another one")
    sha256 = "of attempt 2"
    workspace.tables.write_records("marks", HumanMark, SHARD, [HumanMark("T-1", 2, sha256, "Erika", "colour", "none", "2026-01-02T03:04:05+00:00")])
    return workspace


def pictures(workspace):
    return {article: [int(path.stem) for path in paths] for article, paths in workspace.images.attempts(SHARD).items()}


def test_earlier_pictures_go_and_their_rows_stay(tried):
    later = datetime.now(UTC) + timedelta(days=31)
    would_go = prune_shard(tried, SHARD, later, keep=1, dry_run=True)
    assert pictures(tried)["T-1"] == [1, 2, 3, 4]
    assert prune_shard(tried, SHARD, later, keep=1) == would_go
    assert [(picture.article_id, picture.attempt) for picture in would_go] == [("T-1", 1), ("T-1", 3), ("T-2", 1), ("T-2", 2)]
    assert all(picture.bytes > 1000 for picture in would_go)
    assert pictures(tried) == {"T-1": [2, 4], "T-2": [3], "T-3": [1], "T-4": [1]}
    history = judged_attempts(tried, SHARD)
    assert sorted(key for key, row in history.items() if row.removed_at) == [("T-1", 1), ("T-1", 3), ("T-2", 1), ("T-2", 2)]
    assert len(history) == 9  # not one row is lost
    assert prune_shard(tried, SHARD, later, keep=1) == []


def test_nothing_goes_unasked_and_young_pictures_stay(tried):
    assert prune_shard(tried, SHARD, datetime.now(UTC) + timedelta(days=400)) == []  # keep_attempts is not set
    assert prune_shard(tried, SHARD, datetime.now(UTC) + timedelta(days=29), keep=1) == []
    assert len(prune_shard(tried, SHARD, datetime.now(UTC) + timedelta(days=1), keep=2, days=0)) == 2


def test_a_shard_works_on_after_its_pictures_went(tried):
    prune_shard(tried, SHARD, datetime.now(UTC) + timedelta(days=31), keep=1)
    assert [run_step(tried, asset, SHARD).counts.computed for asset in STEPS] == [0] * len(STEPS)
    release = release_shard(tried, SHARD)
    assert release.missing == []
    assert 'attempts/1.png"' not in release.gallery.read_text(encoding="utf-8")
    regenerate(tried, SHARD, ["T-2"], "another one")
    (view,) = [view for view in view_shard(tried, SHARD) if view.delivered.article_id == "T-2"]
    assert view.decision.attempt == 4  # removed pictures still count: no number and no seed is given twice


def test_a_kill_between_the_rows_and_the_files_is_made_up_for(tried, monkeypatch):
    later = datetime.now(UTC) + timedelta(days=31)
    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.unlink", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            prune_shard(tried, SHARD, later, keep=1)
    assert len(prune_shard(tried, SHARD, later, keep=1)) == 4
    assert pictures(tried)["T-2"] == [3]
