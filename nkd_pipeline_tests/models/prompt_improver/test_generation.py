"""What is written for a text depends on the text and its seed, never on its neighbours; styles that nobody asked for are left out."""

import pytest
import torch
from pydantic import ValidationError

from nkd_pipeline.models.prompt_improver.generation import Generation, Improver
from nkd_pipeline.models.prompt_improver.network import loaded_model
from nkd_pipeline.models.prompt_improver.style_penalty import StyleSpellings
from nkd_pipeline.models.prompt_improver.tokenizer import made_tokenizer
from nkd_pipeline.text.styles import invented_styles, styles_in
from nkd_pipeline_tests.models.prompt_improver.conftest import COLOURS, GARMENTS, STYLES

TEXTS = ["red dress", "a blue coat with a hood and a belt, long sleeves", "hat", "green bag, leather", "pink shirt"]
PLAIN = Generation(min_tokens=0, max_tokens=60, repetition_penalty=1.0, style_penalty=0.0)


def changed(**values):
    return Generation(**(PLAIN.model_dump() | values))


@pytest.fixture(scope="module")
def improver(improver_folder):
    return Improver(*loaded_model(improver_folder / "model", torch.float32))


@pytest.fixture(scope="module")
def untrained(tiny):
    return Improver(*loaded_model(tiny / "t5", torch.float32))


@pytest.mark.parametrize(
    "how",
    [
        pytest.param(changed(), id="likeliest"),
        pytest.param(changed(num_beams=3), id="beams"),
        pytest.param(changed(temperature=1.0, top_p=0.9), id="drawn"),
        pytest.param(changed(repetition_penalty=1.4, min_tokens=40, style_penalty=20.0), id="penalties"),
    ],
)
def test_batch_and_single_are_the_same(untrained, how):
    together = untrained.improve(TEXTS, TEXTS, how)
    assert together == [untrained.improve([text], [text], how)[0] for text in TEXTS]
    assert len(set(together)) == len(TEXTS)


def test_drawn_texts_follow_the_seed_and_the_key(untrained):
    how = changed(temperature=1.0)
    first = untrained.improve(["red dress"] * 2, ["a", "b"], how)
    assert first[0] != first[1]
    torch.manual_seed(7)  # no generator but its own
    assert untrained.improve(["red dress"] * 2, ["a", "b"], how) == first
    assert untrained.improve(["red dress"] * 2, ["a", "b"], changed(temperature=1.0, seed=43)) != first


def test_narrow_choice_is_the_likeliest_text(untrained):
    assert untrained.improve(TEXTS, TEXTS, changed(temperature=1.0, top_p=1e-6)) == untrained.improve(TEXTS, TEXTS, PLAIN)


def test_drawing_follows_the_probabilities(untrained):
    from nkd_pipeline.models.prompt_improver.generation import _Drawing

    probabilities = torch.tensor([0.6, 0.3, 0.1])
    rows = 4000
    drawn = _Drawing(changed(temperature=1.0), list(map(str, range(rows))))(torch.zeros(rows, 1), probabilities.log().repeat(rows, 1)).argmax(-1)
    assert torch.allclose(torch.bincount(drawn, minlength=3) / rows, probabilities, atol=0.03)


def test_length_is_within_its_bounds(improver):
    usual, longer, shorter = (
        improver.tokens(improver.improve(["red hat"], ["a"], changed(**bounds))[0]) - improver.tokens("")
        for bounds in ({}, {"min_tokens": 40, "max_tokens": 45}, {"max_tokens": 5})
    )
    assert shorter < 8 < usual < 30
    assert 34 < longer < 48


@pytest.mark.parametrize("search", [{}, {"num_beams": 3}, {"temperature": 0.3}], ids=["likeliest", "beams", "drawn"])
def test_penalty_leaves_out_invented_styles_and_keeps_facts(improver, search):
    texts = [f"{colour} {garment}" for colour in COLOURS for garment in GARMENTS]
    before = improver.improve(texts, texts, changed(**search))
    after = improver.improve(texts, texts, changed(**search, style_penalty=20.0))
    count = [sum(len(invented_styles(*pair)) for pair in zip(texts, written, strict=True)) for written in (before, after)]
    kept = [sum(text in improved for text, improved in zip(texts, written, strict=True)) for written in (before, after)]
    assert count[0] > 2 * len(texts)  # it was trained on three in each
    assert count[1] <= 0.1 * count[0]
    assert kept[1] >= kept[0] > 0.7 * len(texts)
    assert {len(text.split()) for text in after} <= {8, 9}  # "a photo of a red dress, soft light": nothing is made up in the place of styles


def test_style_that_was_asked_for_is_written(improver):
    (text,) = improver.improve(["red dress octane render"], ["a"], changed(style_penalty=20.0))
    assert set(styles_in(text)) <= {"octane render"}
    (octane,) = improver._tokenizer("octane", add_special_tokens=False).input_ids
    spellings = StyleSpellings(improver._tokenizer)
    assert octane in spellings.beginning(frozenset())
    assert octane not in spellings.beginning(frozenset({"octane render"}))


@pytest.mark.parametrize(
    ("written", "word", "penalised"),
    [
        pytest.param("a dress,", "octane", True, id="a renderer"),
        pytest.param("a dress", "Greg", True, id="an artist, in the middle of a sentence"),
        pytest.param("a dress", "in", False, id="a word that ordinary phrases begin with"),
        pytest.param("a dress,", "in", True, id="the same behind a comma, where styles are announced"),
        pytest.param("a dress in the", "style", True, id="going on"),
        pytest.param("a dress", "style", False, id="the same word elsewhere"),
        pytest.param("a dress", "and", False, id="a word that a name can be spelled with: Android"),
        pytest.param("a dress", "blend", False, id="a word that a renderer begins with: Blender"),
        pytest.param("soft even", "studio", False, id="a word of the template: Studio Ghibli"),
        pytest.param("a dress", "peter", False, id="a word of garments: Peter Mohrbacher, peter pan collar"),
    ],
)
def test_tokens_that_begin_or_go_on_a_style(written, word, penalised):
    tokenizer = made_tokenizer([f"{STYLES}, a dress and cotton blend, peter pan collar, soft even studio lighting"], 100)
    ids, (token,) = (tokenizer(text, add_special_tokens=False).input_ids for text in (written, word))
    spellings = StyleSpellings(tokenizer)
    assert (token in spellings.beginning(frozenset()) | spellings.following(ids, frozenset())) == penalised


def test_spelled_names_are_known_before_they_are_whole():
    tokenizer = made_tokenizer(["a dress"], 100)
    spellings = StyleSpellings(tokenizer)
    spelled = tokenizer("a dress by Hokusai", add_special_tokens=False).input_ids
    penalised = [at for at, token in enumerate(spelled) if token in spellings.following(spelled[:at], frozenset())]
    assert [tokenizer.decode(spelled[: at + 1]) for at in penalised][:2] == ["a dress by Hoku", "a dress by Hokus"]


@pytest.mark.parametrize(
    ("values", "says"),
    [
        pytest.param({"temperature": 1.0, "num_beams": 2}, "num_beams must be 1", id="drawn beams"),
        pytest.param({"min_tokens": 50, "max_tokens": 40}, "more than max_tokens", id="bounds crossed"),
    ],
)
def test_settings_that_cannot_be_are_refused(values, says):
    with pytest.raises(ValidationError, match=says):
        changed(**values)
