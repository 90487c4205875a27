"""Any tests on a Ray cluster: `python -m pytest -p nkd_pipeline_tests.execution.on_ray.plugin nkd_pipeline_tests/assets ...`."""

import os

import pytest

from nkd_pipeline.execution.profile import RunSettings
from nkd_pipeline_tests.execution.on_ray.nodes import two_nodes


@pytest.fixture(scope="session", autouse=True)
def engine():
    """Every profile that names no engine has `engine = "ray"`."""
    RunSettings.model_fields["engine"].default = "ray"
    RunSettings.model_rebuild(force=True)
    with two_nodes() as cluster:
        os.environ["RAY_ADDRESS"] = cluster.address
        yield
