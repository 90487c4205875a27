"""Garments are named in correct English."""

import pytest

from nkd_pipeline.text.grammar import article, is_pair, listed, number, plural, possessive


@pytest.mark.parametrize(
    ("phrase", "wanted"),
    [
        pytest.param("olive dress", "an", id="vowel"),
        pytest.param("unisex coat", "a", id="u that sounds like you"),
        pytest.param("women's blouse", "a", id="consonant"),
        pytest.param("ankle-length skirt", "an", id="hyphenated"),
        pytest.param("one-piece swimsuit", "a", id="o that sounds like w"),
        pytest.param("", "a", id="nothing"),
    ],
)
def test_articles(phrase, wanted):
    assert article(phrase) == wanted


@pytest.mark.parametrize(
    ("noun", "many", "pair"),
    [
        pytest.param("trousers", "trousers", True, id="always plural"),
        pytest.param("dress", "dresses", False, id="ends in s but is one"),
        pytest.param("scarf", "scarves", False, id="irregular"),
        pytest.param("ankle boots", "ankle boots", True, id="comes as two"),
        pytest.param("pyjamas", "pyjamas", False, id="plural but no pair"),
        pytest.param("hoodie", "hoodies", False, id="regular"),
        pytest.param("baby body", "baby bodies", False, id="consonant and y"),
        pytest.param("t-shirt", "t-shirts", False, id="regular with hyphen"),
    ],
)
def test_plurals(noun, many, pair):
    assert plural(noun) == many
    assert is_pair(noun) is pair


def test_possessives_lists_numbers():
    assert possessive(("baby", "boys")) == "baby boys'"
    assert possessive(("women",)) == "women's"
    assert possessive(()) == ""
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed([]) == ""
    assert number(3) == "three"
    assert number(20) == "20"
