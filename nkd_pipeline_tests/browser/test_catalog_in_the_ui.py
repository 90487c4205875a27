"""The catalog manager's day in the real UI: a delivery comes in, a schedule runs its shard, an article fails and is backfilled."""

import json
import urllib.request

import pytest

from nkd_pipeline_tests.browser.dagster_ui import LOCATION, DagsterUi, serving
from nkd_pipeline_tests.conftest import ARTICLES, write_delivery

SHARD = "herbst.000"
QUICK = '[run]\nworkers = 1\nhourly = "* * * * *"\n[stages.generated_images]\nsize = 512\n'
RUNS = "{ runsOrError { ... on Runs { results { status jobName assetSelection { path } } } } }"


@pytest.fixture
def ui(chromium, home, tmp_path):
    (home / "settings.toml").write_text(QUICK + '[faults]\ngenerated_images = ["T-2"]\n')
    with serving(home, tmp_path / "ui.log") as address:
        opened = DagsterUi(chromium, address)
        yield opened
        opened.photograph("last")  # where it stood, when it failed


def statuses_of_runs(address):
    """By job, or by asset where a run was asked for one asset alone."""
    request = urllib.request.Request(f"{address}/graphql", json.dumps({"query": RUNS}).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        runs = json.load(answer)["data"]["runsOrError"]["results"]
    statuses = {}
    for run in runs:
        assets = [key["path"][-1] for key in run["assetSelection"] or []]
        statuses.setdefault(assets[0] if len(assets) == 1 else run["jobName"], []).append(run["status"])
    return statuses


def test_from_dropped_delivery_to_green_release(ui, home):
    # a person switches the hourly schedule on, which this home's settings let look every minute
    ui.open(f"{LOCATION}/schedules/hourly_unfinished")
    ui.sees("Schedule has never run", "Every minute")
    ui.switch_on()

    # the sensor takes in a dropped file once it has stopped growing
    write_delivery(home / "incoming" / "herbst.csv", ARTICLES)
    ui.open(f"{LOCATION}/sensors/delivery_sensor")
    ui.sees("1 run requested")
    ui.photograph("sensor")

    # the schedule ticks and runs the new shard, which stays red: one article fails
    ui.open(f"{LOCATION}/schedules/hourly_unfinished")
    ui.sees("1 run requested")
    ui.photograph("schedule")
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
    # one run for the backfill; the schedule looked again meanwhile, and what waited for a person started nothing
    statuses = statuses_of_runs(ui.address)
    assert [statuses[name] for name in ("ingest_delivery", "catalog_run", "article_backfills")] == [["SUCCESS"], ["FAILURE"], ["SUCCESS"]]
    ui.open(f"{LOCATION}/asset-groups/catalog")
    ui.sees("catalog_release", "articles")
    ui.photograph("assets")
