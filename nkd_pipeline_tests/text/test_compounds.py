"""German words are taken apart where their parts are vocabulary, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nkd_pipeline.text.compounds import analyse
from nkd_pipeline.text.vocabulary import fold, vocabulary


def _all(word):
    found = analyse(fold(word))
    heads = {term.aspect: term.english for term in found.terms}
    parts = {term.english for part in found.modifiers for term in part}
    return heads, parts, found


@pytest.mark.parametrize(
    ("word", "head", "part"),
    [
        pytest.param("Leinenpullover", "garment", "linen", id="material and garment"),
        pytest.param("Streifenpullover", "garment", "striped", id="pattern and garment"),
        pytest.param("Katzendruck", "print", "cat", id="plural linking n"),
        pytest.param("Glitzerdruck", "print", None, id="kind of print"),
        pytest.param("Wollmantel", "garment", None, id="first part without its e"),
    ],
)
def test_compounds_keep_head_and_parts(word, head, part):
    heads, parts, found = _all(word)
    assert head in heads
    assert part is None or part in parts or part in heads[head]
    assert found.known


@pytest.mark.parametrize(
    ("word", "english"),
    [
        pytest.param("Blusen", "blouse", id="plural n"),
        pytest.param("Röcke", "skirt", id="umlaut plural"),
        pytest.param("Mänteln", "coat", id="umlaut and dative"),
        pytest.param("Kleides", "dress", id="genitive"),
        pytest.param("Jacken", "jacket", id="plural"),
    ],
)
def test_inflected_garments_are_found(word, english):
    heads, _, _ = _all(word)
    assert heads.get("garment") == english


@pytest.mark.parametrize(
    ("word", "colour"),
    [
        pytest.param("hellrosa", "light pink", id="light"),
        pytest.param("dunkelgrünes", "dark green", id="dark, inflected"),
        pytest.param("rosafarbene", "pink", id="-farben"),
        pytest.param("gelbe", "yellow", id="inflected"),
    ],
)
def test_shades(word, colour):
    heads, _, _ = _all(word)
    assert heads.get("colour") == colour


@pytest.mark.parametrize(
    "word",
    ["Rockstar", "Modestil", "Kleiderschrank", "Bekleidung", "Barock", "Bundesliga", "Eindruck", "Passform", "Lieblingsstück", "herrlich", "modisch"],
)
def test_words_that_only_look_like_compounds_say_nothing(word):
    heads, parts, _ = _all(word)
    assert not {"garment", "print", "target_group"} & set(heads)
    assert not parts


def test_a_small_one_is_not_something_else():
    heads, parts, _ = _all("Hemdchen")
    assert "garment" in heads
    assert not parts
    assert "trousers" in _all("Bundfaltenhose")[0]["garment"]


def test_an_unknown_beginning_keeps_the_known_garment():
    found = analyse("firlefanzjacke")
    assert found.unknown == "firlefanz"
    assert found.terms[0].english == "jacket"


@given(st.text(alphabet="abcdefghijklmnoprstuwäöüß", min_size=1, max_size=30))
def test_any_word_can_be_analysed(word):
    found = analyse(fold(word))
    assert found.unknown == "" or fold(word).startswith(found.unknown)


@given(st.sampled_from([term for term in vocabulary().of_aspect("material") if term.lang == "de" and term.term.isalpha() and len(term.term) > 4]))
def test_every_material_can_begin_a_compound(term):
    found = analyse(fold(term.term) + "schürze")
    assert found.known or not vocabulary().single("schürze")
