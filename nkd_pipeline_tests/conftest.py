"""What many tests start from: a small delivery and a home of its own."""

import csv

import hypothesis
import pytest

from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline_tests.backends.fixture import (  # noqa: F401 - fixtures for all tests
    BACKENDS,
    backend,
    backend_name,
    object_store,
    postgres_server,
    ray_by_default,
    remote_home,
)
from nkd_pipeline_tests.tiny.fixture import tiny  # noqa: F401 - a fixture for all tests

ARTICLES = [
    {
        "article_id": "T-1",
        "name": "Herren-T-Shirt mit Frontdruck",
        "description": "Das T-Shirt mit Rundhalsausschnitt hat einen großen Frontdruck.\n\n\tHerren-T-Shirt\n\tAngenehmes Tragegefühl\n",
        "model_name": "T-Shirt",
        "model_descr": "r-neck,ssr,navy,print",
    },
    {
        "article_id": "T-2",
        "name": "Damen-Bluse mit Blumenmuster",
        "description": "Die Bluse mit langen Ärmeln und Knopfleiste.",
        "model_name": "Bluse",
        "model_descr": "lsr,rosa,aop",
    },
    {"article_id": "T-3", "name": "Kinder-Jogginghose", "description": "Mit Kordelzug und Taschen.", "model_name": "Hose", "model_descr": "grün"},
    {"article_id": "T-4", "name": "Mädchen-Kleid", "description": "Ärmelloses Kleid mit Punkten.", "model_name": "Kleid", "model_descr": "gelb"},
]


# how long an example takes depends on what else the machine does
hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.load_profile("any machine")


# files of a minute or so, most of it spent waiting: begun last, one of them would keep a single core busy at the end
LONGEST = (
    "browser/",
    "crash/test_daemon",
    "crash/",
    "hostile/",
    "execution/on_ray/",
    "cli/",
    "studies/",
    "assets/",
    "backends/",
    "models/training/",
    "models/test_safety",
)


def pytest_collection_modifyitems(items):
    """The longest first; within a file the order stays."""
    ranks = [f"nkd_pipeline_tests/{start}" for start in LONGEST]
    items.sort(key=lambda item: next((rank for rank, start in enumerate(ranks) if item.nodeid.startswith(start)), len(ranks)))


def pytest_addoption(parser):
    parser.addoption("--backend", choices=BACKENDS, default="local", help="what homes and Dagster instances stand on")


def write_delivery(path, rows):
    """A CSV delivery as spreadsheet programs write it."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture(autouse=True)
def own_environment(monkeypatch, tmp_path):
    """No test writes to a developer's home or waits for a developer's GPU."""
    monkeypatch.setenv("NKD_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NKD_LOCAL", str(tmp_path / "local"))
    monkeypatch.setenv("NKD_DEVICES", "")
    # set, not deleted: what was absent is not put back, and a command run in this process leaves its profile to all tests after it
    monkeypatch.setenv("NKD_POSTGRES_URL", "")
    monkeypatch.setenv("NKD_PROFILE", "")
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "home" / "dagster"))


@pytest.fixture
def delivery(tmp_path):
    """A delivery of four good articles."""
    return write_delivery(tmp_path / "herbst.csv", ARTICLES)


@pytest.fixture
def home(backend):  # noqa: F811 - the fixture
    """An empty home on the back end, whose pictures are small, so that tests are quick."""
    (backend / "settings.toml").write_text("[run]\nworkers = 1\n[stages.generated_images]\nsize = 512\n")
    return backend


@pytest.fixture
def workspace(home):
    return Workspace.open(str(home))
