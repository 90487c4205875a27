"""Sensors, called as the daemon calls them."""

import os

import dagster as dg
import pytest

from nkd_pipeline.assets.partitions import shards
from nkd_pipeline.assets.resources import WorkspaceResource
from nkd_pipeline.automation.instance import open_instance
from nkd_pipeline.automation.jobs import ingest_delivery
from nkd_pipeline.automation.sensors import delivery_sensor, new_shards_sensor
from nkd_pipeline.cli.running import QUIET
from nkd_pipeline.execution.ingest import ingest

RESOURCES = {"workspace": WorkspaceResource()}


@pytest.fixture
def instance(workspace):
    with open_instance(workspace.home) as opened:
        yield opened


def tick(instance, cursor):
    """One tick of the delivery sensor."""
    return delivery_sensor.evaluate_tick(dg.build_sensor_context(instance, cursor=cursor, resources=RESOURCES))


def look(instance, cursor):
    """Names of the files that a tick takes in, and the cursor after it."""
    seen = tick(instance, cursor)
    return [request.tags["nkd/delivery"] for request in seen.run_requests], seen.cursor


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
    context = dg.build_sensor_context(instance, resources=RESOURCES)
    first = [(r.partition_key, r.run_key) for r in new_shards_sensor(context)]
    assert [key for key, _ in first] == ["herbst.000"]
    ingest(workspace, delivery)  # nothing new: same key, so Dagster starts no second run
    assert [(r.partition_key, r.run_key) for r in new_shards_sensor(context)] == first


def test_a_file_copied_again_or_renamed_starts_nothing(instance, workspace):
    file = workspace.home.incoming / "herbst.csv"
    file.write_text("name\nT-Shirt rot\n", encoding="utf-8")
    _, cursor = look(instance, None)
    _, cursor = look(instance, cursor)
    os.utime(file, (1, 1))  # the same bytes with another time
    _, cursor = look(instance, cursor)
    taken, cursor = look(instance, cursor)
    assert taken == []
    renamed = file.rename(file.with_name("herbst_neu.csv"))
    _, cursor = look(instance, cursor)
    taken, cursor = look(instance, cursor)
    assert taken == []
    renamed.write_text("name\nT-Shirt blau\n", encoding="utf-8")
    _, cursor = look(instance, cursor)
    (request,) = tick(instance, cursor).run_requests
    assert request.run_config["ops"]["take_in_delivery"]["config"]["catalog"] == "herbst"  # the articles keep their shard


def test_a_file_whose_intake_failed_is_taken_in_again_when_it_is_saved_again(instance, workspace):
    # the cure may lie outside the file: a column named in the settings
    file = workspace.home.incoming / "herbst.csv"
    file.write_text("Werbetext\nT-Shirt rot\n", encoding="utf-8")
    _, cursor = look(instance, None)
    first = tick(instance, cursor)
    (request,) = first.run_requests
    assert not execute(instance, request).success
    os.utime(file, (1, 1))
    _, cursor = look(instance, first.cursor)
    (workspace.home.root / "settings.toml").write_text('[columns]\ndescription = "Werbetext"\n')
    again = tick(instance, cursor)
    (request,) = again.run_requests
    assert request.run_key != first.run_requests[0].run_key
    assert execute(instance, request).success
    os.utime(file, (2, 2))
    _, cursor = look(instance, again.cursor)
    assert look(instance, cursor)[0] == []


def execute(instance, request):
    return ingest_delivery.execute_in_process(
        instance=instance, run_config={**request.run_config, **QUIET}, tags=request.tags, raise_on_error=False, resources=RESOURCES
    )
