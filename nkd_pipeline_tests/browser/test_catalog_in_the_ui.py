"""The catalog manager's day in the real UI: a delivery comes in, a shard is made, an article fails and is backfilled."""

import json
import urllib.request

import pytest

from nkd_pipeline_tests.browser.dagster_ui import LOCATION, DagsterUi, serving
from nkd_pipeline_tests.conftest import ARTICLES, write_delivery

SHARD = "herbst.000"
QUICK = "[run]\nworkers = 1\n[stages.generated_images]\nsize = 512\n"
RUNS_OF_BACKFILLS = "{ runsOrError { ... on Runs { results { status assetSelection { path } } } } }"


@pytest.fixture
def ui(chromium, home, tmp_path):
    (home / "settings.toml").write_text(QUICK + '[faults]\ngenerated_images = ["T-2"]\n')
    with serving(home, tmp_path / "ui.log") as address:
        opened = DagsterUi(chromium, address)
        yield opened
        opened.photograph("last")  # where it stood, when it failed


def finished_runs(address, asset):
    """Statuses of the runs that were asked for one asset alone."""
    request = urllib.request.Request(f"{address}/graphql", json.dumps({"query": RUNS_OF_BACKFILLS}).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        runs = json.load(answer)["data"]["runsOrError"]["results"]
    return [run["status"] for run in runs if [key["path"] for key in run["assetSelection"] or []] == [[asset]]]


def test_from_dropped_delivery_to_green_release(ui, home):
    # the sensor takes in a dropped file once it has stopped growing
    write_delivery(home / "incoming" / "herbst.csv", ARTICLES)
    ui.open(f"{LOCATION}/sensors/delivery_sensor")
    ui.sees("1 run requested")
    ui.photograph("sensor")
    ui.open("/assets/articles?view=partitions")
    ui.sees(SHARD, reload=True)

    # a person materializes the shard
    ui.open(f"{LOCATION}/jobs/catalog_run")
    ui.click("Materialize all")
    ui.launch_all_partitions()
    ui.open(f"/assets/catalog_release?view=partitions&partition={SHARD}")
    ui.sees("failed, and did not materialize this asset", reload=True)
    ui.photograph("release_red")

    # pictures and the warning of the check
    ui.open(f"/assets/generated_images?view=partitions&partition={SHARD}")
    ui.sees("Materialized", "seconds_per_article")
    ui.click("[Show Markdown]")
    assert ui.shows_picture() >= 3 * 128
    ui.photograph("thumbnails")
    ui.open("/assets/generated_images?view=checks")
    ui.sees("rows_failed")
    ui.photograph("check")

    # the failed article is a partition; its cause is gone; it is backfilled in one run
    (home / "settings.toml").write_text(QUICK)
    ui.open("/assets/article_backfills?view=partitions")
    ui.sees(f"{SHARD}/T-2")
    ui.photograph("failed_article")
    ui.click("Materialize")
    ui.launch_all_partitions()
    ui.open(f"/assets/catalog_release?view=partitions&partition={SHARD}")
    ui.sees("Latest materialization", "released", reload=True)
    ui.photograph("release_green")
    ui.open("/assets/article_backfills?view=partitions")
    ui.misses(f"{SHARD}/T-2")
    assert finished_runs(ui.address, "article_backfills") == ["SUCCESS"]
    ui.open(f"{LOCATION}/asset-groups/catalog")
    ui.sees("catalog_release", "articles")
    ui.photograph("assets")
