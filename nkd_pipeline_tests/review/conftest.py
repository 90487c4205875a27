"""A home with three pictures."""

import pytest

from nkd_pipeline_tests.review.homes import filled_home


@pytest.fixture
def reviewed(tmp_path):
    return filled_home(tmp_path / "home")
