"""What every neural translator promises, shown with a model that says what it is told to."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nkd_pipeline.models.neural_translation import PROSE, SHORTHAND, batches, longest_source
from nkd_pipeline.stage import StageSettings
from nkd_pipeline.text.postediting import longest
from nkd_pipeline.text.translation import LexiconTranslator, translate_name
from nkd_pipeline_tests.models.translators import Scripted, ScriptedTranslator
from nkd_pipeline_tests.text.rows import article, delivery_row
from nkd_pipeline_tests.text.test_sentences import PROSE as ANY_PROSE


def said(answers, *articles, **settings):
    return ScriptedTranslator(Scripted(answers), **settings)(articles)


def test_prose_is_the_models_and_shorthand_the_lexicons():
    shorthand = {"model_name": "Hemd kurzarm", "model_descr": "ssr,cvc,checked", "color": "rot", "gender": "herren", "category": "Hemden"}
    row = article("Herren-Hemd", description="Mit Kragen.\n- Aus Wolle", **shorthand)
    [found] = said({"Herren-Hemd": "Men's shirt", "Mit Kragen.": "With collar.", "Aus Wolle": "Of wool"}, row)
    [lexicon] = LexiconTranslator(StageSettings())([row])
    assert (found.name, found.description) == ("Men's shirt", "With collar.\n- Of wool")
    assert all(getattr(found, column) == getattr(lexicon, column) for column in SHORTHAND)


def test_unknown_words_of_shorthand_are_listed():
    [found] = said({}, article("Herren-Hemd", model_descr="ssr,firlefanz"))
    assert found.untranslated == ("firlefanz",)


@pytest.mark.parametrize(
    ("name", "raw", "english"),
    [
        pytest.param("Jungen-T-Shirt mit Tasche", "Young T-shirt with bag", "Boys' T-shirt with pocket", id="of a shirt, Tasche is a pocket"),
        pytest.param("Umhängetasche, eine Tasche aus Leder", "Shoulder bag, a bag made of leather", None, id="of a bag it is none"),
    ],
)
def test_known_mistakes_are_corrected_by_what_the_garment_is(name, raw, english):
    row = article(name, description=f"- {name}")
    [found] = said({name: raw}, row)
    assert found.name == (english or raw)
    assert found.description == f"- {english or raw}"


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param("", id="empty"),
        pytest.param("...", id="without a letter"),
        pytest.param("shirt " * 40, id="a loop"),
        pytest.param("".join(map(chr, range(97, 400))), id="too long"),
    ],
)
def test_what_is_no_translation_is_left_to_the_lexicon(raw, caplog):
    with caplog.at_level(logging.WARNING):
        [found] = said({"Hemd mit Firlefanz": raw}, article("Hemd mit Firlefanz", description="Aus Wolle."))
    assert (found.name, found.untranslated) == translate_name("Hemd mit Firlefanz")
    assert found.description == "Aus Wolle."
    assert "1 of 2 pieces by the lexicon, such as 'Hemd mit Firlefanz'" in caplog.text


def test_what_is_said_alike_is_translated_once():
    model = Scripted()
    stage = ScriptedTranslator(model)
    stage([article("Hemd", article_id=str(number), description="- Aus Wolle\n- Aus Wolle") for number in range(3)])
    stage([article("Hose", description="- Aus Wolle")])  # also in a later batch
    assert sorted(text for texts, _ in model.batches for text in texts) == ["Aus Wolle", "Hemd", "Hose"]


def test_no_text_is_too_long():
    model = Scripted(positions=100)
    stage = ScriptedTranslator(model)
    text = "Weich, warm und wollig " * 100 + "a" * 500
    [found] = stage([article("Hose", description=text)])
    assert found.description == text
    assert all(len(model.tokens(text)) <= longest_source(100) for texts, _ in model.batches for text in texts)


@given(name=ANY_PROSE, description=ANY_PROSE)
def test_no_text_raises_and_structure_stays(name, description):
    row = delivery_row(name, description=description, model_descr=name)  # not repaired: as wild as it gets
    [found] = ScriptedTranslator(Scripted(positions=64))([row])
    for column in PROSE:
        german, english = getattr(row, column).splitlines(), getattr(found, column).splitlines()
        assert [line.startswith("- ") for line in english] == [line.startswith("- ") for line in german]


def test_long_articles_share_a_batch():
    stage = ScriptedTranslator(Scripted())
    assert stage.weight(article("Hose", description="Weich", model_descr="ssr,cvc")) == len("HoseWeich")


@given(st.dictionaries(st.text(max_size=5), st.integers(1, 163)), st.integers(1, 400))
def test_batches(lengths, budget):
    found = list(batches(lengths, budget, 163))
    assert sorted(text for texts, _ in found for text in texts) == sorted(lengths)
    for texts, most in found:
        padded = len(texts) * max(lengths[text] for text in texts)
        assert padded <= budget or len(texts) == 1
        # long enough that what is cut is known to be no translation
        assert all(longest(lengths[text]) < most - 1 for text in texts)


@given(st.integers(1, 163), st.lists(st.integers(1, 163)))
def test_the_bound_does_not_depend_on_the_neighbours(length, others):
    lengths = {"": length} | {str(number): other for number, other in enumerate(others)}
    bounds = [most for given in ({"": length}, lengths) for texts, most in batches(given, 4096, 163) if "" in texts]
    assert bounds[0] == bounds[1]


def test_a_short_name_cannot_run_to_the_end():
    [(_, most)] = batches({"Damen-Hose": 5}, 4096, 163)
    assert most < 50


@pytest.mark.parametrize("positions", [512, 64, 30])
def test_the_longest_output_has_a_position_for_each_token(positions):
    [(_, most)] = batches({"": longest_source(positions)}, 4096, longest_source(positions))
    assert most <= positions
