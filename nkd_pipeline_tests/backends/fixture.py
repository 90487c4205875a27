"""Fixtures that put a test's home and Dagster instance on one of the back ends (`--backend`, default local)."""

from pathlib import Path

import pytest

BACKENDS = ("local", "postgres-s3", "ray")


@pytest.fixture
def backend_name(request):
    """Back end of the test; a module that is about one of them overrides this."""
    return request.config.getoption("--backend")


@pytest.fixture(scope="session")
def postgres_server():
    from nkd_pipeline_tests.backends.postgres import PostgresServer

    with PostgresServer() as server:
        yield server


@pytest.fixture(scope="session")
def object_store():
    from nkd_pipeline_tests.backends.object_store import ObjectStore

    with ObjectStore() as store:
        yield store


@pytest.fixture
def remote_home(request, own_environment, monkeypatch):
    """URL of an empty home in the object store, which the environment names."""
    store = request.getfixturevalue("object_store")
    for name, value in store.environment.items():
        monkeypatch.setenv(name, value)
    url = store.home()
    monkeypatch.setenv("NKD_HOME", url)
    return url


@pytest.fixture
def backend(request, backend_name, own_environment, monkeypatch, tmp_path) -> Path:
    """Where the test's home lies; the environment says the rest."""
    from nkd_pipeline.storage.places import place

    if backend_name == "postgres-s3":
        monkeypatch.setenv("NKD_POSTGRES_URL", request.getfixturevalue("postgres_server").database())
        return place(request.getfixturevalue("remote_home"))
    if backend_name == "ray":
        request.getfixturevalue("ray_by_default")
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def ray_by_default():
    """Stages run on Ray unless the test's settings say otherwise: tests write `[run]` tables of their own."""
    from nkd_pipeline.execution.profile import RunSettings

    def make_default(engine):
        RunSettings.model_fields["engine"].default = engine
        RunSettings.model_rebuild(force=True)

    make_default("ray")
    yield
    make_default("local")
