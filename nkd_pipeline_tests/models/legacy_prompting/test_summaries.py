"""Summaries by a BART checkpoint, and without one by choosing sentences."""

import json
import shutil

import pytest
from safetensors.torch import load_file, save_file

from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.legacy_prompting.settings import BartSettings
from nkd_pipeline.models.legacy_prompting.summaries import BartSummariser, ChosenSentences, sentences_of
from nkd_pipeline.models.text_encoder import TextEncoderSettings, encoder
from nkd_pipeline_tests.models.legacy_prompting.bart import save_bart

TEXTS = ["Women's blouse with v-neck. Long sleeves. Made of cotton. Pleasant to wear.", "Men's jeans.", "A dress in red with dots. Midi length."]


@pytest.fixture(scope="module")
def bart(tmp_path_factory):
    return save_bart(tmp_path_factory.mktemp("bart") / "bart", TEXTS)


def test_chosen_sentences_are_the_texts_own_in_its_order():
    (summary, short, _) = ChosenSentences(encoder(TextEncoderSettings()), 2).summaries(TEXTS)
    said = sentences_of(summary)
    assert len(said) == 2
    assert [sentence for sentence in sentences_of(TEXTS[0]) if sentence in said] == said
    assert short == TEXTS[1]


def test_bullets_and_lines_are_sentences_each_once():
    assert sentences_of("A blouse.\n- pure cotton\n- pure cotton\n\nSoft; light") == ["A blouse.", "pure cotton", "Soft;", "light"]


def test_bart_says_the_same_of_a_text_in_any_batch_and_keeps_to_its_bounds(bart):
    wanted = BartSettings(model=str(bart), dtype="float32", min_tokens=3, max_tokens=8, num_beams=2)
    summariser = BartSummariser(wanted)
    together = summariser.summaries(TEXTS)
    assert together == [summariser.summaries([text])[0] for text in TEXTS]
    assert all(len(summary.split()) <= 8 for summary in together)


def test_a_text_longer_than_the_context_is_summarised_all_the_same(bart):
    assert len(BartSummariser(BartSettings(model=str(bart), dtype="float32", max_tokens=4, min_tokens=0)).summaries([TEXTS[0] * 40])) == 1


def test_another_kind_of_model_is_refused_with_the_cure(bart, tmp_path):
    other = shutil.copytree(bart, tmp_path / "other")
    (other / "config.json").write_text(json.dumps(json.loads((bart / "config.json").read_text()) | {"model_type": "t5"}))
    with pytest.raises(CheckpointError, match=r"is a model of type t5, not bart\. Name a BART checkpoint"):
        BartSummariser(BartSettings(model=str(other)))


def test_a_checkpoint_that_lacks_weights_is_refused_instead_of_being_made_up(bart, tmp_path):
    """The library would fill in the rest at random, and say so in a log only."""
    part = shutil.copytree(bart, tmp_path / "part")
    weights = load_file(part / "model.safetensors")
    save_file({name: tensor for name, tensor in weights.items() if "decoder.layers" not in name}, part / "model.safetensors", {"format": "pt"})
    with pytest.raises(CheckpointError, match=r"is not a whole BART model: \d+ weights are missing"):
        BartSummariser(BartSettings(model=str(part)))
