"""Whether copy states an attribute: by the vocabulary's words in two languages, and never by what it denies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nkd_pipeline.models.copywriter.values import as_said, is_said, lacking, table
from nkd_pipeline.records.product_copy import AttributeValue
from nkd_pipeline.text.vocabulary import vocabulary


def states(value, text, language):
    return lacking([AttributeValue("Any", value)], text, language) == ()


@pytest.mark.parametrize(
    ("value", "text", "stated"),
    [
        pytest.param("Long Sleeves", "A dress with long sleeves.", True, id="word for word"),
        pytest.param("long sleeves", "A long-sleeved dress.", True, id="in another form"),
        pytest.param("Long Sleeves", "A long dress with short sleeves.", False, id="the same words, but of other things"),
        pytest.param("Round Neck", "A top with a crew neck.", True, id="another name for it"),
        pytest.param("Polka Dots", "A dotted skirt.", True, id="another form of the pattern"),
        pytest.param("Solid", "A plain coat.", True, id="what shops call plain"),
        pytest.param("Navy Blue", "Trousers in dark blue.", True, id="a colour's other name"),
        pytest.param("Blue", "Trousers in navy.", False, id="a narrower colour"),
        pytest.param("Hood", "A jacket without a hood.", False, id="denied"),
        pytest.param("Hood", "No fuss: a jacket with a hood.", True, id="something else is denied"),
        pytest.param("Dress", "Fine dresses for every day.", True, id="plural"),
        pytest.param("Mandarin Collar", "A shirt with a stand-up collar.", True, id="the vocabulary's word for it"),
        pytest.param("Woven Ikat", "An ikat kurta, woven by hand.", True, id="unknown words, all of them there"),
        pytest.param("Woven Ikat", "A woven kurta.", False, id="unknown words, one of them missing"),
    ],
)
def test_english_copy(value, text, stated):
    assert states(value, text, "en") is stated


@pytest.mark.parametrize(
    ("value", "text", "stated"),
    [
        pytest.param("Long Sleeves", "Ein Kleid mit langen Ärmeln.", True, id="bent by grammar"),
        pytest.param("Long Sleeves", "Ein langärmeliges Kleid.", True, id="as an adjective"),
        pytest.param("Long Sleeves", "Ein langes Kleid mit kurzen Ärmeln.", False, id="the same words, but of other things"),
        pytest.param("Round Neck", "Das Top hat einen Rundhalsausschnitt.", True, id="a compound"),
        pytest.param("Checked", "Ein Rock mit Karomuster.", True, id="as a noun"),
        pytest.param("Navy Blue", "Die Hose in Marineblau.", True, id="a colour"),
        pytest.param("Hood", "Ein Mantel ohne Kapuze.", False, id="denied"),
        pytest.param("Dress", "Schöne Kleider.", True, id="plural"),
        pytest.param("Woven Ikat", "Kurta aus Woven Ikat.", True, id="what the vocabulary does not know stays English"),
    ],
)
def test_german_copy(value, text, stated):
    assert states(value, text, "de") is stated


@pytest.mark.parametrize("value", ["No Collar", "NA", " none ", "Regular Sleeves", "", "-"])
def test_of_what_is_not_there_copy_does_not_speak(value):
    assert not is_said(AttributeValue("Collar", value))


@pytest.mark.parametrize(("language", "entries"), [("de", "german"), ("en", "english")])
def test_every_word_for_lists_states_what_it_stands_for(language, entries):
    """Else the writer without a model would fail by its own check."""
    wrong = [name for name, said in table()[entries].items() if not states(name, f"Details: {said}.", language)]
    assert wrong == []


@pytest.mark.parametrize("entries", ["german", "english", "same"])
def test_what_has_an_entry_is_the_vocabularys(entries):
    known = {term.english for terms in vocabulary().phrases.values() for term in terms}
    assert set(table()[entries]) - known == set()


@given(st.text(max_size=60), st.sampled_from(["en", "de"]))
def test_a_value_of_any_kind_is_stated_by_a_text_that_lists_it(value, language):
    """Values come from other people's files."""
    found = AttributeValue("Any", value)
    assert as_said(value, language) is not None
    assert len(lacking([found], f"Details: {value}.", language)) <= 1
