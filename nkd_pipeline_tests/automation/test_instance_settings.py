"""Where Dagster's records lie: SQLite by default, Postgres when the environment names a server, and never by accident somewhere else."""

import dagster as dg
import pytest

from nkd_pipeline.assets.common import GPU_POOL
from nkd_pipeline.automation.instance import open_instance
from nkd_pipeline.automation.instance_settings import VARIABLE, prepare_settings, settings_text, with_driver
from nkd_pipeline.storage.places import PlaceError


@pytest.fixture
def backend_name():
    return "local"


@pytest.fixture
def database(postgres_server, monkeypatch):
    """A database of its own, named in the environment as its user would write it."""
    url = postgres_server.database()
    monkeypatch.setenv(VARIABLE, url)
    return url


@dg.job
def nothing():
    pass


@pytest.mark.parametrize(
    ("written", "read"),
    [
        pytest.param("postgresql://u:p@h/d", "postgresql+psycopg2://u:p@h/d", id="plain: SQLAlchemy 2.1 would take another driver"),
        pytest.param("postgres://u:p@h/d", "postgresql+psycopg2://u:p@h/d", id="as hosting services write it"),
        pytest.param("postgresql+psycopg2://u:p@h/d?host=/tmp", "postgresql+psycopg2://u:p@h/d?host=/tmp", id="with its driver already"),
    ],
)
def test_an_address_gets_its_driver(written, read):
    assert with_driver(written) == read


def test_runs_and_partitions_lie_in_postgres_and_another_home_folder_finds_them(workspace, database, tmp_path):
    with open_instance(workspace.home) as instance:
        instance.add_dynamic_partitions("shards", ["herbst.000"])
        run = nothing.execute_in_process(instance=instance).run_id
    assert list(workspace.home.dagster.rglob("*.db")) == []
    (workspace.home.dagster / "dagster.yaml").unlink()  # as on another machine, or in a container that begins anew
    with open_instance(workspace.home) as instance:
        assert instance.get_dynamic_partitions("shards") == ["herbst.000"]
        assert instance.get_run_by_id(run).is_success


def test_both_variants_are_one_text_with_a_part_of_its_own():
    assert settings_text(postgres=True).startswith(settings_text(postgres=False))


def test_a_home_in_sqlite_does_not_slip_into_postgres(tmp_path, database):
    file = tmp_path / "dagster.yaml"
    file.write_text(settings_text(postgres=False))
    with pytest.raises(PlaceError, match=r"records lie in SQLite\. Unset it, or delete that file"):
        prepare_settings(file)


def test_a_home_in_postgres_does_not_slip_into_sqlite(tmp_path):
    file = tmp_path / "dagster.yaml"
    file.write_text(settings_text(postgres=True))
    with pytest.raises(PlaceError, match=f"set {VARIABLE}"):
        prepare_settings(file)


def test_a_server_that_refuses_is_named_with_its_reason_and_without_the_password(tmp_path, database, monkeypatch):
    monkeypatch.setenv(VARIABLE, database.replace("nkd@/", "nkd:secret@/nowhere_"))
    with pytest.raises(PlaceError, match="does not let us in") as raised:
        prepare_settings(tmp_path / "dagster.yaml")
    assert "does not exist" in str(raised.value)
    assert "secret" not in str(raised.value)


def test_machines_that_share_a_database_share_the_pool(workspace, monkeypatch):
    monkeypatch.setenv("NKD_DEVICES", "0")
    monkeypatch.setenv("NKD_SLOTS", "6")  # of all machines together
    with open_instance(workspace.home) as instance:
        assert [(pool.name, pool.limit) for pool in instance.event_log_storage.get_pool_limits()] == [(GPU_POOL, 6)]
