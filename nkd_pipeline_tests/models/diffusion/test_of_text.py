"""Texts are painted as the catalog's prompts are: by the same models, with the same settings."""

import pytest

from nkd_pipeline.models.diffusion.of_text import DiffusionOfText
from nkd_pipeline.records.studies import PictureOrder
from nkd_pipeline.text.template import negative_prompt
from nkd_pipeline_tests.models.diffusion.orders import artist, difference, order, provenance, settings

TEXT = "a sunset of lace, in no particular garment"


def painted(tiny, family, *texts, **changes):
    stage = DiffusionOfText(settings(tiny, family, **changes))
    stage.load()
    rows = [PictureOrder(f"A-{number}", 42 + number, text) for number, text in enumerate(texts, 1)]
    stage.prepare(rows)
    return stage(rows)


@pytest.mark.parametrize("family", ["sd21", "sdxl_refined"])
def test_a_text_gives_the_picture_of_a_prompt(tiny, family, tmp_path):
    """The families of the two models of the studies, SD 2-base and SDXL with refiner; a text need not name a garment."""
    pictures = painted(tiny, family, TEXT, "a blouse")
    (wanted,) = artist(tiny, family)([order(1, TEXT, negative_prompt())])
    assert difference(pictures[0], wanted) <= 1
    assert difference(*pictures) > 10
    assert provenance(pictures[0], tmp_path).prompt == TEXT
    assert provenance(pictures[0], tmp_path).source_type == "trainedAlgorithmicMedia"


def test_the_fingerprint_follows_model_and_negative_prompt(tiny):
    stages = [DiffusionOfText(settings(tiny, "sd15", **changes)) for changes in ({}, {"steps": 4}, {"negative_prompt": "noise"}, {"model": "sd21"})]
    assert len({str(stage.fingerprint()) for stage in stages}) == 4
    assert [checkpoint.name for checkpoint in stages[0].checkpoints()] == ["sd15"]
