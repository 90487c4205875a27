"""The core runs by the commands."""

from nkd_pipeline_tests.cli.conftest import nkd  # noqa: F401 - a fixture
