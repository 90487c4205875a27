"""Clauses are cut and read so that every term is found with its place in the text, and denied things are marked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nkd_pipeline.text.matching import clauses_of


def _items(text, shorthand=False):
    return [item for clause in clauses_of(text, shorthand) for item in clause]


def test_positions_point_into_the_text():
    text = "Damen-Bluse mit V-Ausschnitt, blau"
    for item in _items(text):
        assert text[item.start : item.end].replace(" ", "") == item.source.replace(" ", "")


def test_the_longest_phrase_wins():
    item = next(item for item in _items("Shirt mit V-Ausschnitt") if item.reading("neckline"))
    assert item.source == "V-Ausschnitt"
    assert item.reading("neckline").english == "v-neck"


@pytest.mark.parametrize(
    ("text", "denied", "affirmed"),
    [
        pytest.param("ohne Kapuze und mit Reißverschluss", ["hood"], ["zip"], id="until mit"),
        pytest.param("ohne Kapuze, mit Reißverschluss", ["hood"], ["zip"], id="until the comma"),
        pytest.param("kein Reißverschluss", ["zip"], [], id="kein"),
        pytest.param("nicht nur mit Kapuze", [], ["hood"], id="not only is no denial"),
        pytest.param("without hood", ["hood"], [], id="English"),
    ],
)
def test_negation(text, denied, affirmed):
    items = _items(text)
    assert [term.english for item in items if item.negated for term in item.terms if term.aspect in ("collar", "closure")] == denied
    assert [term.english for item in items if not item.negated for term in item.terms if term.aspect in ("collar", "closure")] == affirmed


def test_quotations_are_not_read():
    items = _items('Shirt mit "Red Dress"-Print')
    assert [item.source for item in items if item.quoted] == ["Red Dress"]
    assert not any(item.reading("colour") for item in items)


def test_the_head_of_a_hanging_hyphen_follows():
    first, *_ = _items("Echsen- und Glitzerdruck")
    assert first.reading("print")
    assert any(term.english == "lizard" for part in first.modifiers for term in part)


@pytest.mark.parametrize(
    ("text", "colour"),
    [
        pytest.param("hell rosa", "light pink", id="German, two words"),
        pytest.param("dark blue", "dark blue", id="English"),
        pytest.param("blue 3", "blue", id="a dyer's number is no colour"),
    ],
)
def test_shades_written_apart(text, colour):
    assert [item.reading("colour").english for item in _items(text, True) if item.reading("colour")] == [colour]


def test_abbreviations_are_read_in_shorthand_only():
    abbreviated = [item.reading("neckline") for item in _items("rn, uni", True)]
    assert any(abbreviated)
    assert not any(item.reading("neckline") for item in _items("Das Hemd rn", False))


@given(st.text(max_size=200))
def test_any_text_is_cut(text):
    for shorthand in (False, True):
        for clause in clauses_of(text, shorthand):
            starts = [item.start for item in clause]
            assert starts == sorted(starts)
