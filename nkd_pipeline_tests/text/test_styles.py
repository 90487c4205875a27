"""Styles and artists are found in prompts as people write them, and garments' own words are not taken for them."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from nkd_pipeline.models.house_clip.articles import random_order
from nkd_pipeline.text.styles import holds, invented_styles, style_phrases, styles_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("a dress, in the style of Greg Rutkowski", ["greg rutkowski"], id="the name, not what announces it"),
        pytest.param("a dress by greg rutkowski and ARTGERM", ["greg rutkowski", "artgerm"], id="any case"),
        pytest.param("trending on artstation, octane  render", ["trending on artstation", "octane render"], id="any white space, longest first"),
        pytest.param("a dress, art by Jane Doe, 8k", ["art by jane doe"], id="an artist whom nobody listed"),
        pytest.param("oil painting of a blouse", ["oil painting"], id="style"),
        pytest.param("in the style of", [], id="of whom?"),
        pytest.param("a low-cut top with a print, in the back a zip", [], id="words that styles begin with"),
        pytest.param("monetary, delicate, vrayed", [], id="names within words"),
        pytest.param("octane render, octane render", ["octane render"], id="once"),
    ],
)
def test_styles_are_found(text, found):
    assert list(styles_in(text)) == found


@pytest.mark.parametrize("phrase", style_phrases())
def test_each_listed_phrase_is_found_where_it_stands(phrase):
    assert styles_in(f"a blouse, {phrase} Jane Doe, soft light")
    assert holds(f"A blouse, {phrase.upper()}.", phrase)


def test_prompts_of_the_catalog_name_no_styles():
    import numpy as np

    rng = np.random.default_rng(0)
    assert [text for text in (random_order(rng).prompt.prompt for _ in range(300)) if styles_in(text)] == []


@pytest.mark.parametrize(
    ("source", "invented"),
    [
        pytest.param("a dress", ["vincent van gogh", "octane render"], id="neither was asked for"),
        pytest.param("a dress, octane render", ["vincent van gogh"], id="one was"),
        pytest.param("sunflower dress, van Gogh", ["octane render"], id="the same painter by a shorter name"),
        pytest.param("a dress, painted by Vincent van Gogh, Octane Render", [], id="both were"),
    ],
)
def test_only_what_was_not_asked_for_is_invented(source, invented):
    assert list(invented_styles(source, "a dress, in the style of Vincent van Gogh, octane render")) == invented


@given(some.text())
def test_any_text_can_be_searched(text):
    assert invented_styles(text, text) == ()
