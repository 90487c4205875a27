"""The improver as a stage of the pipeline."""

import pytest
from pydantic import ValidationError

from nkd_pipeline.execution.profile import load_profile
from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.prompt_improver.stage import PromptImprover
from nkd_pipeline.records.studies import BasicPrompt
from nkd_pipeline.stage import RowError


def loaded(folder, **values):
    stage = PromptImprover(PromptImprover.Settings(model=str(folder), min_tokens=0, max_tokens=40, **values))
    stage.load()
    return stage


def test_result_holds_source_text_and_invented_styles(improver_folder):
    stage = loaded(improver_folder / "model", repetition_penalty=1.0, style_penalty=0.0)
    (result,) = stage([BasicPrompt("T-1", "red dress")])
    assert (result.article_id, result.basic) == ("T-1", "red dress")
    assert result.text.startswith("a photo of a red dress")
    assert "greg rutkowski" in result.styles_invented
    assert loaded(improver_folder / "model", repetition_penalty=1.0)([BasicPrompt("T-1", "red dress")])[0].styles_invented == ()


def test_text_that_is_too_long_fails_alone_with_its_cure(improver_folder):
    with pytest.raises(RowError, match=r"article T-2: .* the model reads 512\. Shorten it") as raised:
        loaded(improver_folder / "model")([BasicPrompt("T-2", "red " * 600)])
    assert raised.value.kind == "too_long"


def test_weights_and_settings_are_in_the_fingerprint_and_the_place_is_not(improver_folder):
    stage = loaded(improver_folder / "model")
    assert str(improver_folder) not in str(stage.fingerprint())
    assert stage.fingerprint() != loaded(improver_folder / "model", seed=43).fingerprint()


def test_model_of_another_kind_is_refused(tiny):
    with pytest.raises(CheckpointError, match="Name a T5 checkpoint"):
        loaded(tiny / "clip")


def test_half_precision_that_overflows_is_refused():
    with pytest.raises(ValidationError, match="T5 overflows in float16"):
        PromptImprover.Settings(model="./model", dtype="float16")


def test_paper_s_generation_is_the_default():
    settings = PromptImprover.Settings(model="./model")
    assert (settings.min_tokens, settings.max_tokens, settings.repetition_penalty) == (40, 1000, 1.4)


def test_selectable_by_a_profile(improver_folder, tmp_path):
    profile = tmp_path / "mine.toml"
    profile.write_text(
        f"""extends = "sketch"
[stages.prompts]
stage = "nkd_pipeline.models.prompt_improver.writer:ImprovedPromptWriter"
model = "{improver_folder / "model"}"
"""
    )
    assert type(load_profile(str(profile)).stage("prompts")).__name__ == "ImprovedPromptWriter"
