"""The improver learns: held-out loss falls, generated texts are measured, and a checkpoint is trained further as a model from nothing is."""

import json

import pytest
from pydantic import ValidationError

from nkd_pipeline.models.checkpoint import Checkpoint, CheckpointError
from nkd_pipeline.models.prompt_improver.settings import ImproverSettings
from nkd_pipeline.models.prompt_improver.training import train
from nkd_pipeline.models.safety import checked_folder
from nkd_pipeline.models.training.publishing import finished
from nkd_pipeline_tests.models.prompt_improver.conftest import SETTINGS, pairs


def reports_of(folder):
    return finished(folder / "model", json.loads((folder / "model" / "training.json").read_text(encoding="utf-8"))["fingerprint"])


def test_held_out_loss_falls_by_more_than_half_and_texts_become_right(improver_folder):
    first, *_, last = reports_of(improver_folder)
    assert last.held_out_loss < first.held_out_loss / 2
    assert last.metrics["same"] > first.metrics["same"]


def test_model_is_whole_and_tells_how_it_came_about(improver_folder):
    folder = improver_folder / "model"
    assert checked_folder(Checkpoint(model=str(folder)))
    card = (folder / "MODEL_CARD.md").read_text()
    for part in ("# Prompt improver", "translate basic prompt to detailed longer prompt: ", "made from nothing", "that of this project", "192 pairs"):
        assert part in card


def test_other_pairs_are_another_training(improver_folder, tmp_path):
    untold = []
    train(SETTINGS, pairs(), improver_folder, untold.append)
    assert untold == []
    told = []
    train(SETTINGS.model_copy(update={"epochs": 1}), pairs()[:20], tmp_path, told.append)
    assert [report.epoch for report in told] == [0, 1]


def test_checkpoint_is_trained_further(tiny, tmp_path):
    settings = ImproverSettings(model=str(tiny / "t5"), epochs=2, batch_size=8, accumulation=2, learning_rate=3e-3)
    told = []
    folder = train(settings, pairs(), tmp_path, told.append)
    assert told[1].held_out_loss < told[0].held_out_loss
    assert "t5@" in (folder / "MODEL_CARD.md").read_text()
    assert json.loads((folder / "config.json").read_text())["scale_decoder_outputs"] is False  # of a model with two embeddings
    assert (folder / "tokenizer.json").read_bytes() == (tiny / "t5" / "tokenizer.json").read_bytes()


def test_other_kind_of_model_is_refused(tiny, tmp_path):
    with pytest.raises(CheckpointError, match=r"model of type marian\. Name a T5 checkpoint"):
        train(ImproverSettings(model=str(tiny / "marian")), pairs(), tmp_path, lambda report: None)


def test_defaults_are_those_of_the_paper():
    settings = ImproverSettings()
    assert (settings.learning_rate, settings.batch_size, settings.accumulation, settings.epochs) == (3e-4, 8, 8, 5)
    assert settings.gradient_checkpointing


def test_base_model_of_the_hub_must_be_pinned():
    with pytest.raises(ValidationError, match="full commit hash"):
        ImproverSettings(model="google/flan-t5-base")
