"""Sensors and the schedule, called as the daemon calls them."""

from datetime import UTC, datetime

import dagster as dg
import pytest

from nkd_pipeline.assets.partitions import shards
from nkd_pipeline.assets.resources import WorkspaceResource
from nkd_pipeline.automation.instance import open_instance
from nkd_pipeline.automation.schedules import nightly_unreleased
from nkd_pipeline.automation.sensors import delivery_sensor, new_shards_sensor
from nkd_pipeline.execution.ingest import ingest

NIGHT = datetime(2026, 3, 1, 1, 0, tzinfo=UTC)


@pytest.fixture
def instance(workspace):
    with open_instance(workspace.home) as opened:
        yield opened


def look(instance, cursor):
    """One tick of the delivery sensor: names of the files taken in, and the cursor after it."""
    context = dg.build_sensor_context(instance, cursor=cursor, resources={"workspace": WorkspaceResource()})
    tick = delivery_sensor.evaluate_tick(context)
    return [request.tags["nkd/delivery"] for request in tick.run_requests], tick.cursor


def test_a_file_is_taken_in_once_it_has_stopped_growing(instance, workspace):
    file = workspace.home.incoming / "herbst.csv"
    taken, cursor = look(instance, None)
    assert taken == []
    file.write_text("name\nT-Sh", encoding="utf-8")  # half copied
    taken, cursor = look(instance, cursor)
    assert taken == []
    file.write_text("name\nT-Shirt rot\n", encoding="utf-8")
    taken, cursor = look(instance, cursor)
    assert taken == []
    taken, cursor = look(instance, cursor)
    assert taken == ["herbst.csv"]
    assert look(instance, cursor)[0] == []


def test_a_changed_file_is_taken_in_again(instance, workspace):
    file = workspace.home.incoming / "herbst.csv"
    file.write_text("name\nT-Shirt rot\n", encoding="utf-8")
    _, cursor = look(instance, None)
    _, cursor = look(instance, cursor)
    file.write_text("name\nT-Shirt blau\n", encoding="utf-8")
    _, cursor = look(instance, cursor)
    assert look(instance, cursor)[0] == ["herbst.csv"]


@pytest.mark.parametrize("name", ["~$herbst.xlsx", ".herbst.csv", "readme.pdf", "herbst.csv.part"])
def test_what_is_no_delivery_is_left_alone(instance, workspace, name):
    (workspace.home.incoming / name).write_text("name\nx\n", encoding="utf-8")
    _, cursor = look(instance, None)
    assert look(instance, cursor)[0] == []


def test_new_and_changed_shards_are_requested_once_each(instance, workspace, delivery):
    ingest(workspace, delivery)
    instance.add_dynamic_partitions(shards.name, ["herbst.000"])
    context = dg.build_sensor_context(instance, resources={"workspace": WorkspaceResource()})
    first = [(r.partition_key, r.run_key) for r in new_shards_sensor(context)]
    assert [key for key, _ in first] == ["herbst.000"]
    ingest(workspace, delivery)  # nothing new: same key, so Dagster starts no second run
    assert [(r.partition_key, r.run_key) for r in new_shards_sensor(context)] == first


def test_the_night_runs_every_shard_that_is_not_released(instance, workspace, delivery):
    ingest(workspace, delivery)
    instance.add_dynamic_partitions(shards.name, ["herbst.000"])
    context = dg.build_schedule_context(instance, scheduled_execution_time=NIGHT, resources={"workspace": WorkspaceResource()})
    assert [request.partition_key for request in nightly_unreleased(context)] == ["herbst.000"]


def test_without_shards_the_night_is_quiet(instance):
    context = dg.build_schedule_context(instance, scheduled_execution_time=NIGHT, resources={"workspace": WorkspaceResource()})
    assert isinstance(next(nightly_unreleased(context)), dg.SkipReason)
