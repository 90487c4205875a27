"""Schedules, called as the daemon calls them, and the sensor that tries failed articles again."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest

from nkd_pipeline.assets.partitions import failed_articles, failed_key, ranges, shards
from nkd_pipeline.assets.resources import WorkspaceResource
from nkd_pipeline.automation.activity import busy_shards
from nkd_pipeline.automation.instance import open_instance
from nkd_pipeline.automation.jobs import retention
from nkd_pipeline.automation.outlook import outlook
from nkd_pipeline.automation.retries import failed_articles_sensor
from nkd_pipeline.automation.schedules import hourly_unfinished, nightly_retention, nightly_unreleased
from nkd_pipeline.definitions import defs
from nkd_pipeline.execution.ingest import ingest
from nkd_pipeline.execution.steps import STEPS, run_step
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.records import Waiver
from nkd_pipeline_tests.execution.unreliable import AWAY, PROFILE

NIGHT = datetime(2026, 3, 1, 1, 0, tzinfo=UTC)
SHARD = "herbst.000"
RESOURCES = {"workspace": WorkspaceResource()}


@pytest.fixture
def workspace(home, delivery):
    (home / "settings.toml").write_text(PROFILE.format(minutes=15))
    opened = Workspace.open(str(home))
    ingest(opened, delivery)
    return opened


@pytest.fixture
def instance(workspace):
    with open_instance(workspace.home) as opened:
        opened.add_dynamic_partitions(shards.name, [SHARD])
        yield opened


def compute(workspace):
    for asset in STEPS:
        run_step(workspace, asset, SHARD)


def asked_for(schedule, instance):
    """Partitions that a tick requests; the reason when there are none."""
    context = dg.build_schedule_context(instance, scheduled_execution_time=NIGHT, resources=RESOURCES)
    asked = list(schedule(context))
    return asked[0].skip_message if isinstance(asked[0], dg.SkipReason) else [request.partition_key for request in asked]


@pytest.mark.parametrize("schedule", [nightly_unreleased, hourly_unfinished], ids=lambda schedule: schedule.name)
def test_a_new_delivery_is_run_and_a_released_one_is_not(schedule, instance, workspace):
    assert asked_for(schedule, instance) == [SHARD]
    compute(workspace)
    assert "released" in asked_for(schedule, instance) or "no shard is unfinished" in asked_for(schedule, instance)


def test_without_shards_the_night_is_quiet(workspace):
    with open_instance(workspace.home) as instance:
        assert asked_for(nightly_unreleased, instance) == "all shards are released"


def test_what_waits_for_a_person_is_tried_every_night_but_not_every_hour(instance, workspace, home):
    # at night settings, vocabulary and version may have changed since; within an hour nobody wants the same red run again
    (home / "settings.toml").write_text(PROFILE.format(minutes=15) + '[faults]\nprompts = ["T-2"]\n')
    compute(Workspace.open(str(home)))
    assert asked_for(nightly_unreleased, instance) == [SHARD]
    assert asked_for(hourly_unfinished, instance) == "no shard is unfinished"
    workspace.tables.write_records("waivers", Waiver, SHARD, [Waiver("T-2", "studio photo", "Erika", "2026-01-02T03:04:05+00:00")])
    assert asked_for(nightly_unreleased, instance) == "all shards are released"


def test_a_shard_at_work_is_not_started_again(instance):
    instance.create_run_for_job(defs.resolve_job_def("retention"), tags={"dagster/partition": SHARD}, status=dg.DagsterRunStatus.STARTED)
    assert asked_for(hourly_unfinished, instance) == "no shard is unfinished; 1 are running"


def test_a_run_over_failed_articles_keeps_all_their_shards_busy(instance):
    keys = [failed_key(f"herbst.00{number}", "T-1") for number in range(4)]
    instance.add_dynamic_partitions(failed_articles.name, keys)
    tags = {"dagster/asset_partition_range_start": keys[1], "dagster/asset_partition_range_end": keys[2]}
    instance.create_run_for_job(defs.resolve_job_def("retention"), tags=tags, status=dg.DagsterRunStatus.STARTING)
    assert busy_shards(instance) == {"herbst.001", "herbst.002"}


def test_ranges_hold_what_was_chosen_and_nothing_else():
    assert ranges(["a", "b", "c", "d", "e"], {"a", "c", "d"}) == [("a", "a"), ("c", "d")]
    assert ranges([], {"a"}) == []


def retries(instance):
    tick = failed_articles_sensor.evaluate_tick(dg.build_sensor_context(instance, resources=RESOURCES))
    return [(request.tags["dagster/asset_partition_range_start"], request.run_key) for request in tick.run_requests], tick.skip_message


def test_failed_articles_wait_before_they_are_tried_again(instance, workspace, home, monkeypatch):
    assert retries(instance) == ([], "0 failed articles, 0 of them may pass by themselves")
    monkeypatch.setenv(AWAY, "generated_images:T-2")
    (home / "settings.toml").write_text(PROFILE.format(minutes=15) + '[faults]\nprompts = ["T-3"]\n')
    compute(Workspace.open(str(home)))
    instance.add_dynamic_partitions(failed_articles.name, [failed_key(SHARD, article) for article in ("T-2", "T-3")])
    requests, why = retries(instance)
    assert requests == []
    assert why.startswith("2 failed articles, 1 of them may pass by themselves; the next try is at 20")

    (home / "settings.toml").write_text(PROFILE.format(minutes=0.000001))
    requests, _ = retries(instance)
    assert [key for key, _ in requests] == [failed_key(SHARD, "T-2")]


def test_retention_is_off_until_somebody_says_how_many_pictures_stay(instance, workspace, home):
    context = dg.build_schedule_context(instance, scheduled_execution_time=NIGHT, resources=RESOURCES)
    assert "every picture is kept" in nightly_retention.evaluate_tick(context).skip_message
    (home / "settings.toml").write_text(PROFILE.format(minutes=15).replace("workers = 1", "workers = 1\nkeep_attempts = 1"))
    assert len(nightly_retention.evaluate_tick(context).run_requests) == 1
    assert retention.execute_in_process(instance=instance, resources=RESOURCES).success


def test_the_outlook_knows_what_was_switched_and_when_it_is_next(instance):
    schedules, sensors = defs.schedules, defs.sensors
    seen = outlook(instance, schedules, sensors, NIGHT + timedelta(seconds=1))
    assert not seen.daemon_at_work
    assert {plan.name: plan.next_tick and plan.next_tick.isoformat() for plan in seen.schedules} == {
        "nightly_unreleased": "2026-03-02T01:00:00+00:00",  # two o'clock in Berlin
        "hourly_unfinished": None,
        "nightly_retention": "2026-03-01T03:30:00+00:00",
        "daily_status": "2026-03-01T05:00:00+00:00",
    }
    assert {plan.name for plan in seen.sensors if plan.on} >= {"delivery_sensor", "failed_articles_sensor"}


def test_times_come_from_the_homes_settings_and_wrong_ones_do_not_keep_the_ui_from_starting(home):
    code = "from nkd_pipeline.automation.schedules import hourly_unfinished as s; print(s.cron_schedule, s.execution_timezone)"
    for text, expected in (
        ('[run]\nhourly = "*/5 * * * *"\ntimezone = "UTC"\n', "*/5 * * * * UTC"),
        ('[run]\nhourly = "often"\n', "0 * * * * Europe/Berlin"),
    ):
        (home / "settings.toml").write_text(text)
        assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip() == expected
