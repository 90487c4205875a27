"""`nkd status` and `nkd prune`: what a manager sees."""

import json
import subprocess
import sys

import dagster as dg
import pytest

from nkd_pipeline.assets.catalog_status import catalog_status
from nkd_pipeline.assets.resources import WorkspaceResource
from nkd_pipeline.cli import console
from nkd_pipeline.cli.running import QUIET
from nkd_pipeline.execution.ingest import ingest
from nkd_pipeline.execution.regeneration import regenerate
from nkd_pipeline.execution.stage_runs import Recorder
from nkd_pipeline.execution.steps import STEPS, run_step
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline_tests.conftest import ARTICLES, write_delivery
from nkd_pipeline_tests.execution.unreliable import AWAY, PROFILE

SHARD = "herbst.000"


@pytest.fixture
def two_catalogs(home, delivery, tmp_path, monkeypatch):
    """Catalog herbst with one article whose server is away and one without a garment; winter, not computed yet, with a refused row."""
    (home / "settings.toml").write_text(PROFILE.format(minutes=15))
    monkeypatch.setenv(AWAY, "generated_images:T-2")
    nameless = {**ARTICLES[3], "name": "Unding", "description": "Mit Punkten.", "model_name": "X"}
    workspace = Workspace.open(str(home))
    ingest(workspace, write_delivery(delivery, [*ARTICLES[:3], nameless]))
    ingest(workspace, write_delivery(tmp_path / "winter.csv", [*ARTICLES, dict.fromkeys(ARTICLES[0], "") | {"article_id": "T-9"}]))
    for asset in STEPS:
        run_step(workspace, asset, SHARD)
    return workspace


def test_one_screen_says_what_is_done_failed_and_why(nkd, two_catalogs, home):
    shown = nkd("status", "--home", home).output
    lines = {line.split()[0]: line.split()[1:6] for line in shown.splitlines() if line.strip().startswith(("herbst ", "winter ", "all "))}
    assert lines == {"herbst": list("42020"), "winter": list("40004"), "all": list("82024")}
    assert "1 failed: server_unreachable in generated_images (herbst)" in shown
    assert "Start the model's server, or correct base_url in the profile. Tried again " in shown
    assert "1 failed: no_garment in extracted_attributes (herbst)" in shown
    assert "Name the garment in the delivery, or add the word to the vocabulary. Not tried again before something changes." in shown
    assert "1 rows were refused" in shown
    assert "Nothing is running." in shown
    assert "Traceback" not in shown


def test_the_name_of_a_catalog_stays_whole_on_a_narrow_screen(nkd, workspace, tmp_path, monkeypatch):
    monkeypatch.setattr(console.out, "_width", 60)
    ingest(workspace, write_delivery(tmp_path / "winter_catalog.csv", ARTICLES))
    assert "winter_catalog " in nkd("status", "--home", workspace.home.root).output


def test_a_running_stage_is_shown_and_one_whose_process_died_is_not_taken_for_it(nkd, two_catalogs, home):
    with Recorder(two_catalogs, "articles", "winter.000") as recorder:
        recorder.begun(4)
        assert "Running: articles of winter.000, 0 of 4 rows, since " in nkd("status", "--home", home).output


def test_machines_get_all_of_it_as_json(nkd, two_catalogs, home):
    told = json.loads(nkd("status", "--home", home, "--json").output)
    assert [(catalog["catalog"], catalog["statuses"]) for catalog in told["catalogs"]] == [
        ("herbst", {"released": 2, "waived": 0, "failed": 2, "pending": 0}),
        ("winter", {"released": 0, "waived": 0, "failed": 0, "pending": 4}),
    ]
    assert {reason["kind"]: reason["next_try"] is None for reason in told["failed_because"]} == {"server_unreachable": False, "no_garment": True}
    assert told["cost"]["seconds"] > 0
    assert told["running"] == []


def test_the_asset_shows_the_same_and_warns_while_a_person_is_needed(two_catalogs):
    with dg.instance_for_test() as instance:
        result = dg.materialize([catalog_status], instance=instance, resources={"workspace": WorkspaceResource()}, run_config=QUIET)
    (made,) = result.asset_materializations_for_node("catalog_status")
    assert {name: made.metadata[name].value for name in ("released", "failed", "pending")} == {"released": 2, "failed": 2, "pending": 4}
    (check,) = result.get_asset_check_evaluations()
    assert (check.passed, check.metadata["articles"].value) == (False, 1)  # the server may come back by itself


def test_an_empty_home_is_said_to_be_empty(nkd, home):
    assert "no shard yet" in nkd("status", "--home", home).output


def test_the_tables_come_before_dagster_is_loaded():
    # its import alone takes longer than all the rest
    code = "import sys, nkd_pipeline.cli.status; print([n for n in ('dagster', 'torch', 'pandas', 'cv2') if n in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip() == "[]"


def test_prune_says_what_would_go_and_then_removes_it(nkd, home, delivery):
    (home / "settings.toml").write_text(PROFILE.format(minutes=15))
    workspace = Workspace.open(str(home))
    ingest(workspace, delivery)
    for asset in STEPS:
        run_step(workspace, asset, SHARD)
    regenerate(workspace, SHARD, ["T-1"], "another one")
    assert nkd("prune", "--home", home).exit_code == 2  # nothing says how many are to stay
    assert "1 pictures would be removed" in nkd("prune", "--home", home, "--keep", "1", "--days", "0", "--dry-run").output
    folder = home / "images" / SHARD / "T-1"
    assert len(list(folder.glob("*.png"))) == 2
    assert "1 pictures are removed" in nkd("prune", "--home", home, "--keep", "1", "--days", "0").output
    assert [path.name for path in folder.glob("*.png")] == ["2.png"]
    assert "0 pictures are removed, 0.0 MB." in nkd("prune", "--home", home, "--keep", "1", "--days", "0").output
