"""Prompts say every visible fact of an article, in plain English, and nothing that is not there.

The articles and what their prompts must say stand in `prompt_cases`.
"""

import re

import pytest

from nkd_pipeline.stage import RowError
from nkd_pipeline.text.prompting import PromptSettings, PromptWriter, read_colour_table
from nkd_pipeline.text.template import count_words
from nkd_pipeline_tests.text.prompt_cases import CASES
from nkd_pipeline_tests.text.rows import prompt


@pytest.mark.parametrize(("texts", "must", "must_not"), CASES)
def test_prompts_say_what_is_there_and_nothing_else(texts, must, must_not):
    written = prompt(**texts).prompt
    said = written.split(", front view")[0]
    missing = [words for words in must if words not in written]
    wrong = [words for words in must_not if re.search(rf"(?<![\w-]){re.escape(words)}", said)]
    assert (missing, wrong) == ([], []), written


@pytest.mark.parametrize(("texts", "must", "must_not"), CASES)
def test_nothing_is_lost_between_attributes_and_prompt(texts, must, must_not):
    written = prompt(**texts)
    assert written.facts_lost == ()
    assert written.retention == 1.0
    assert written.facts_total > 0


@pytest.mark.parametrize(
    ("policy", "reported"),
    [
        pytest.param("default", True, id="the catalog's colour, reported"),
        pytest.param("vary", True, id="a colour by the id, reported"),
    ],
)
def test_a_missing_colour_is_never_silent(policy, reported):
    written = prompt("Damen-Bluse", PromptSettings(missing_colour=policy))
    assert any(finding.place == "colour" for finding in written.findings) is reported
    assert written.colours[0] in written.prompt
    assert written.colours[0] != "grey"


def test_a_missing_colour_can_be_asked_for():
    with pytest.raises(RowError, match="Fill model_descr or color") as caught:
        prompt("Damen-Bluse", PromptSettings(missing_colour="ask"))
    assert caught.value.kind == "no_colour"


def test_vary_depends_on_the_article_alone():
    settings = PromptSettings(missing_colour="vary")
    colours = {prompt("Bluse", settings, article_id=f"a{at}").colours[0] for at in range(20)}
    assert len(colours) > 3
    assert prompt("Bluse", settings, article_id="a1").colours == prompt("Bluse", settings, article_id="a1").colours


def test_a_customers_colour_table_is_used(tmp_path):
    table = tmp_path / "colours.csv"
    table.write_text("name,hex\nMitternachtstraum,#1b2a4b\n", encoding="utf-8")
    settings = PromptSettings(colour_table=str(table))
    assert prompt("Bluse", settings, color="Mitternachtstraum").colours == tuple(read_colour_table(table).values())
    assert PromptWriter(settings).fingerprint() != PromptWriter(PromptSettings()).fingerprint()


def test_a_colour_table_without_its_columns_is_refused(tmp_path):
    table = tmp_path / "colours.csv"
    table.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(ValueError, match='needs the columns "name" and "hex"'):
        read_colour_table(table)


def test_a_colour_table_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ValueError, match="does not exist"):
        PromptWriter(PromptSettings(colour_table=str(tmp_path / "none.csv"))).load()


def test_emphasis_is_written_as_words_or_weights():
    texts = {"name": "T-Shirt mit großem Frontdruck", "color": "blau"}
    assert "bold, dominant large front print" in prompt(**texts).prompt
    assert "((bold large front print))" in prompt(settings=PromptSettings(emphasis="weights"), **texts).prompt


def test_brackets_of_the_texts_weigh_nothing():
    # Stable Diffusion would read (1985) as 1985 with more weight
    texts = {"name": 'Herren-T-Shirt mit Schriftzug "Surf (1985)"', "model_descr": "navy"}
    assert r'"Surf \(1985\)"' in prompt(settings=PromptSettings(emphasis="weights"), **texts).prompt
    assert '"Surf (1985)"' in prompt(**texts).prompt


def test_regions_name_garments_their_way():
    assert "sweater" in prompt("Pullover", color="rot").prompt
    british = prompt("Pullover", PromptSettings(region="uk"), color="rot")
    assert "jumper" in british.prompt
    assert "sweater" not in british.prompt


def test_clip_prompts_are_short_and_end_at_phrases():
    texts = {
        "name": "Bluse mit V-Ausschnitt, Rüschen, Spitze, Stickerei und Kapuze",
        "description": "Mit Reißverschluss, Taschen, Pailletten, Perlen, Fransen, Nieten, Schleife, Quasten und Kordelzug.",
        "color": "rot",
    }
    written = prompt(settings=PromptSettings(clip_max_words=20), **texts)
    assert count_words(written.clip_prompt) <= 20
    assert written.clip_prompt_truncated > 0
    assert not written.clip_prompt.endswith((",", " and", " in"))
    assert prompt("Bluse", color="rot").clip_prompt_truncated == 0


def test_the_negative_prompt_has_eight_constraints():
    assert len(prompt("Bluse", color="rot").negative_prompt.split(", ")) == 8
