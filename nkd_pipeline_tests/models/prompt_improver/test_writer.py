"""The improver as prompt strategy: whatever it writes, the prompt that leaves keeps the article's facts."""

import dataclasses

import pytest

from nkd_pipeline.models.prompt_improver.writer import ImprovedPromptWriter, mended
from nkd_pipeline.records import Article, Attributes, DescribedArticle, Fact
from nkd_pipeline.stage import RowError
from nkd_pipeline.text.prompting import PromptSettings, PromptWriter

ATTRIBUTES = Attributes(
    "T-1",
    garment="blouse",
    sketch_kind="blouse",
    target_group="women",
    colours=("pink",),
    materials=("cotton",),
    neckline="v-neck",
    sleeves="long sleeves",
    facts=(
        Fact("garment", "blouse", "name", "Bluse"),
        Fact("colour", "pink", "model_descr", "rosa"),
        Fact("sleeves", "long sleeves", "name", "Langarm"),
        Fact("material", "cotton", "description", "Baumwolle"),
    ),
)
ROW = DescribedArticle(Article("T-1", "", "", 0), ATTRIBUTES)
GOOD = "Studio photo of a women's blouse in pink, made of cotton, v-neck, long sleeves, on a plain white background, crisp and elegant"


class Says:
    """An improver whose text is given."""

    longest = 512

    def __init__(self, text):
        self._text = text

    def tokens(self, text):
        return len(text.split())

    def improve(self, texts, keys, how):
        return [self._text] * len(texts)


def writer(text, **settings):
    stage = ImprovedPromptWriter(ImprovedPromptWriter.Settings(model="./model", **settings))
    stage._improver = Says(text)
    return stage


@pytest.fixture(scope="module")
def plain():
    (prompt,) = PromptWriter(PromptSettings())([ROW])
    return prompt


def test_good_text_takes_the_template_s_place_and_all_else_stays(plain):
    (prompt,) = writer(GOOD)([ROW])
    assert prompt == dataclasses.replace(plain, prompt=GOOD)


@pytest.mark.parametrize(
    ("text", "again"),
    [
        pytest.param(GOOD.replace(", long sleeves", ""), ["long sleeves"], id="sleeves"),
        pytest.param(GOOD.replace(", made of cotton", ""), ["cotton"], id="material"),
        pytest.param(GOOD.replace(", v-neck, long sleeves", ""), ["v-neck", "long sleeves"], id="two"),
    ],
)
def test_lost_facts_are_put_in_again_and_a_finding_says_so(plain, text, again):
    (prompt,) = writer(text)([ROW])
    assert prompt.prompt != plain.prompt
    assert all(fact in prompt.prompt for fact in again)
    assert (prompt.retention, prompt.facts_lost) == (1.0, ())
    finding = prompt.findings[-1]
    assert finding.kind == "improver_mended"
    assert all(fact in finding.says for fact in again)


@pytest.mark.parametrize(
    ("text", "because"),
    [
        pytest.param(GOOD.replace("blouse", "coat"), "lost garment blouse", id="another garment"),
        pytest.param(GOOD.replace("pink", "green"), "lost colour pink", id="another colour"),
        pytest.param(GOOD + ", with a hood", "invented collar hood", id="something that no text says"),
        pytest.param(GOOD + ", art by Artgerm", "invented artgerm", id="a style"),
        pytest.param("", "lost garment", id="nothing"),
    ],
)
def test_wrong_text_is_not_used_and_a_finding_says_why(plain, text, because):
    (prompt,) = writer(text)([ROW])
    assert prompt.prompt == plain.prompt
    assert prompt.findings[-1].kind == "improver_refused"
    assert because in prompt.findings[-1].says


@pytest.mark.parametrize("said", ["on a plain blue background", "", "against a dark background"])
def test_background_is_that_of_the_pipeline(plain, said):
    text = ", ".join(filter(None, GOOD.replace("on a plain white background", said).split(", ")))
    improved, _ = mended(text, plain)
    assert improved.count("background") == 1
    assert "on a plain white background" in improved


def test_words_against_earlier_deviations_are_added_to_the_improved_text():
    row = dataclasses.replace(ROW, repairs=("sleeves_wrong", "colour_wrong", "off_centre"))
    (expected,) = PromptWriter(PromptSettings())([row])
    (bare,) = PromptWriter(PromptSettings())([ROW])
    (prompt,) = writer(GOOD)([row])
    assert prompt.prompt == GOOD + expected.prompt.removeprefix(bare.prompt)
    assert (prompt.negative_prompt, prompt.repairs) == (expected.negative_prompt, expected.repairs)


def test_settings_of_the_template_hold():
    colourless = dataclasses.replace(ROW, attributes=dataclasses.replace(ATTRIBUTES, colours=()))
    with pytest.raises(RowError, match="no column names a colour"):
        writer(GOOD, missing_colour="ask")([colourless])


def test_trained_model_writes_prompts_that_the_pipeline_takes(improver_folder):
    stage = ImprovedPromptWriter(ImprovedPromptWriter.Settings(model=str(improver_folder / "model"), min_tokens=0, max_tokens=40))
    stage.load()
    (prompt,) = stage([ROW])
    assert prompt.facts_lost == ()
    assert "on a plain white background" in prompt.prompt
    assert str(improver_folder) not in str(stage.fingerprint())
