"""A model hub on this machine."""

import pytest

from nkd_pipeline_tests.models.hub import Hub


@pytest.fixture
def hub(monkeypatch, tmp_path):
    """A hub that huggingface_hub asks instead of the real one, with a cache of its own."""
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.delenv("HF_TOKEN", raising=False)
    with Hub() as running:
        # the library reads these from the environment, once, when it is imported
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hf" / "hub"))
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", running.url)
        monkeypatch.setattr("huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE", running.url + "/{repo_id}/resolve/{revision}/{filename}")
        yield running
