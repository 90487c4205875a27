"""A captioner is made, trained, kept and asked; how good a real one is, `nkd study prompt-recovery` shows."""

import dataclasses
import json
import shutil

import pytest
import torch

from nkd_pipeline.models.captioner.blip import Blip, Wording, loaded, made
from nkd_pipeline.models.captioner.settings import CaptionerSettings, SmallBlip, untrained
from nkd_pipeline.models.captioner.stage import Captioner, CaptionerStageSettings
from nkd_pipeline.models.captioner.training import recovered, train
from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.pictures import read_picture
from nkd_pipeline.models.training.fitting import MODEL
from nkd_pipeline.stage import RowError
from nkd_pipeline_tests.models.captioner.conftest import RECIPE, SMALL


def captioner(folder, **settings):
    stage = Captioner(CaptionerStageSettings(model=str(folder), **settings))
    stage.load()
    return stage


def said(stage, rows):
    return [caption.text for caption in stage(rows)]


def test_training_lowers_the_loss_and_tells_what_captions_recover(trained):
    _, reports = trained
    assert [report.epoch for report in reports] == [0, 1, 2, 3]
    assert reports[-1].loss < 0.9 * reports[1].loss
    assert reports[-1].held_out_loss < reports[0].held_out_loss
    assert all(set(report.metrics) == {"garment", "colour"} and 0 <= report.metrics["colour"] <= 1 for report in reports)


def test_what_is_trained_is_not_trained_again(trained, pictures):
    folder, _ = trained
    told = []
    assert train(CaptionerSettings(**RECIPE), pictures, folder, told.append) == folder / MODEL
    assert told == []


def test_a_batch_says_what_single_pictures_do(trained, pictures):
    stage = captioner(trained[0] / MODEL)
    together = said(stage, pictures[:6])
    assert together == [said(stage, [picture])[0] for picture in pictures[:6]] == said(stage, pictures[:6])
    assert [caption.article_id for caption in stage(pictures[:6])] == [picture.article_id for picture in pictures[:6]]


def test_before_training_it_says_something_else(trained, pictures):
    before = captioner(untrained(CaptionerSettings(**RECIPE), trained[0])["model"])
    assert said(before, pictures[:2]) != said(captioner(trained[0] / MODEL), pictures[:2])
    assert untrained(CaptionerSettings(model="owner/blip", revision="a" * 40), trained[0]) == {"model": "owner/blip", "revision": "a" * 40}


def test_captions_end_where_the_settings_say(trained, pictures):
    short, long = (captioner(trained[0] / MODEL, max_tokens=count) for count in (4, 12))
    assert len(said(short, pictures[:1])[0].split()) <= 4 < 1 + len(said(long, pictures[:1])[0].split())


def test_beams_find_a_likelier_wording_or_the_same(trained, pictures):
    folder = trained[0] / MODEL
    greedy, beams = said(captioner(folder), pictures[:4]), said(captioner(folder, beams=3), pictures[:4])
    assert sum(map(loss_of(folder), pictures[:4], beams)) <= sum(map(loss_of(folder), pictures[:4], greedy)) + 1e-3


def loss_of(folder):
    blip = loaded(folder, torch.float32)

    def loss(picture, text):
        with torch.inference_mode():
            lesson = blip.lesson(blip.pixels([read_picture(picture)]), [text], 64)
            return blip.model(**lesson).loss.item() * lesson["input_ids"].shape[1]

    return loss


def test_a_finished_captioner_is_trained_further_with_adapters_which_are_merged(trained, pictures, tmp_path):
    base = str(trained[0] / MODEL)
    changes = {"model": base, "lora": {"r": 2, "targets": ["query", "value", "qkv"]}, "epochs": 1}
    folder = train(CaptionerSettings(**{**RECIPE, **changes}), pictures, tmp_path, lambda _: None)
    first, second = (loaded(place, torch.float32).model.state_dict() for place in (trained[0] / MODEL, folder))
    changed = {name for name in first if not torch.equal(first[name], second[name])}
    assert set(first) == set(second)
    assert changed
    assert all(any(layer in name for layer in ("query.weight", "value.weight", "qkv.weight")) for name in changed)


def test_mirror_images_are_rows_of_their_own(pictures, tmp_path):
    steps = []
    for name, mirrored in (("plain", False), ("mirrored", True)):
        train(CaptionerSettings(**{**RECIPE, "epochs": 1, "mirrored": mirrored}), pictures, tmp_path / name, lambda report: steps.append(report.step))
    assert steps == [0, 6, 0, 12]


def test_captions_are_learnt_from_the_start_token_on(pictures):
    """BLIP's tokenizer begins texts with [CLS], its decoder with [DEC]: taught with the first it would be asked with the second."""
    blip = made([picture.text for picture in pictures], SMALL, 1)
    lesson = blip.lesson(blip.pixels([read_picture(picture) for picture in pictures[:2]]), ["a red dress", "a blue shirt with long sleeves"], 64)
    assert lesson["input_ids"][:, 0].tolist() == [blip.model.config.text_config.bos_token_id] * 2
    assert lesson["labels"][0].tolist().count(-100) == lesson["input_ids"].shape[1] - 5
    assert (lesson["labels"][1] == lesson["input_ids"][1]).all()


def test_the_same_model_is_made_of_the_same_texts():
    first, again, other = (made(["a red dress", "a blue shirt"], SMALL, seed) for seed in (1, 1, 2))
    weights = [next(iter(blip.model.vision_model.encoder.parameters())) for blip in (first, again, other)]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])


def test_shares_count_kind_and_main_colour_of_the_picture_s_text(pictures):
    class Parrot(Blip):
        """Says the same of every picture."""

        def captions(self, pixels, wording):
            return ["a red dress with blue dots"] * len(pixels)

    blip = made(["a red dress"], SMALL, 1)
    rows = [dataclasses.replace(pictures[0], text=text) for text in ("a maxi dress in red", "a green dress", "fog")]
    shares = recovered(Parrot(blip.model, blip.processor), rows, Wording())
    assert shares == {"garment": pytest.approx(2 / 3), "colour": pytest.approx(1 / 3)}


def test_a_changed_picture_is_refused(trained, pictures):
    with pytest.raises(RowError) as refused:
        captioner(trained[0] / MODEL)([dataclasses.replace(pictures[0], sha256="0" * 64)])
    assert refused.value.kind == "picture_changed"


def test_other_models_are_refused(tiny, trained, tmp_path):
    with pytest.raises(CheckpointError, match="BlipForQuestionAnswering, no captioner"):
        captioner(tiny / "blip_vqa")
    half = shutil.copytree(trained[0] / MODEL, tmp_path / "half")
    config = json.loads((half / "config.json").read_text())
    config["text_config"]["num_hidden_layers"] = 2
    (half / "config.json").write_text(json.dumps(config))
    with pytest.raises(CheckpointError, match="weights are missing"):
        captioner(half)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        pytest.param({"small": {"edge": 90}}, "multiple of patch", id="squares that do not fill the picture"),
        pytest.param({"max_tokens": 500}, "128 positions", id="texts longer than the model's positions"),
        pytest.param({"model": "owner/blip"}, "needs revision", id="a branch"),
    ],
)
def test_impossible_settings_are_refused(settings, says):
    with pytest.raises(ValueError, match=says):
        CaptionerSettings(**settings)


def test_small_settings_are_those_of_a_model_of_a_million_weights():
    blip = made(["a red dress"], SmallBlip(), 1)
    assert sum(weights.numel() for weights in blip.model.parameters()) < 1_500_000
