"""Tests on a Ray cluster of several nodes."""

import pytest

from nkd_pipeline.execution import ray_cluster
from nkd_pipeline_tests.execution.on_ray.nodes import two_nodes
from nkd_pipeline_tests.execution.on_ray.stages import TellingSettings


@pytest.fixture(scope="package")
def cluster():
    with two_nodes() as started:
        yield started


@pytest.fixture(autouse=True)
def joined(cluster, monkeypatch):
    """The cluster is named by the environment, as operators do it; no worker waits for the next test."""
    monkeypatch.setenv("RAY_ADDRESS", cluster.address)
    yield
    ray_cluster.end_idle()


@pytest.fixture
def telling(tmp_path):
    return TellingSettings(folder=str(tmp_path))
