"""One site for all crash tests: what an undisturbed chain makes is computed once."""

import pytest

from nkd_pipeline_tests.crash.harness import Site


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    return Site(tmp_path_factory.mktemp("crash"))
