"""The fixture by which tests get tiny checkpoints."""

import pytest

from nkd_pipeline_tests.tiny.cache import TinyCheckpoints


@pytest.fixture(scope="session")
def tiny() -> TinyCheckpoints:
    """`tiny / "marian"` is the folder of that checkpoint, `tiny / "tiny.toml"` the profile that uses them all; built when first asked for."""
    return TinyCheckpoints()
