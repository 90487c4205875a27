"""What a model says is kept only when it is a translation, and known mistakes are corrected."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nkd_pipeline.text.postediting import degenerate, family_of, longest, post_edited
from nkd_pipeline.text.sentences import put_together, taken_apart
from nkd_pipeline_tests.text.rows import article
from nkd_pipeline_tests.text.test_sentences import PROSE


@pytest.mark.parametrize(
    ("source", "output", "verdict"),
    [
        pytest.param("abc", "xyz", False, id="a translation"),
        pytest.param("abc", "", True, id="nothing at all"),
        pytest.param("abc", range(longest(3)), False, id="a short name may become a phrase"),
        pytest.param("abc", range(longest(3) + 1), True, id="but not a novel"),
        pytest.param(range(100), "ha" * 4, False, id="three times the same is no loop yet"),
        pytest.param(range(100), "ha" * 6, True, id="the same over and over"),
        pytest.param("ha" * 6, "ho" * 6, False, id="a source that repeats itself may be translated so"),
    ],
)
def test_degenerate(source, output, verdict):
    assert degenerate(source, output) is verdict


@pytest.mark.parametrize(
    ("english", "german", "family", "edited"),
    [
        pytest.param(
            "Young T-shirt with bag", "Jungen-T-Shirt mit Tasche", "top", "Boys' T-shirt with pocket", id="Jungen are boys, Tasche is a pocket"
        ),
        pytest.param("Bag made of leather", "Tasche aus Leder", "accessory", "Bag made of leather", id="a bag is a bag"),
        pytest.param('With "Best regards"', "Mit „Schöne Grüße“", "top", 'With "Schöne Grüße"', id="lettering is as printed"),
        pytest.param("With Best regards", "Mit „Schöne Grüße“", "top", "With Best regards", id="a quotation that is gone stays so"),
        pytest.param('"A" or "B"', "»X« oder »Y«", "", '"X" or "Y"', id="several quotations in order"),
        pytest.param("- - Soft", "Weich", "", "Soft", id="no bullet that was none"),
        pytest.param("two\nlines\u2028and  blanks ", "zwei Zeilen", "", "two lines and blanks", id="one line"),
    ],
)
def test_post_editing(english, german, family, edited):
    assert post_edited(english, german, family) == edited


@pytest.mark.parametrize(
    ("name", "family"),
    [
        pytest.param("Damen-Bluse mit Tasche", "top", id="its own"),
        pytest.param("Umhängetasche", "accessory", id="a bag's"),
        pytest.param("Firlefanz", "", id="no garment"),
    ],
)
def test_family(name, family):
    assert family_of(article(name)) == family


@given(text=PROSE, data=st.data())
def test_whatever_the_model_says_lines_and_bullets_stay(text, data):
    pieces = taken_apart(text, len, 20)
    said = st.text(min_size=1, max_size=20).filter(lambda english: any(map(str.isalpha, english)))
    english = {piece.text: post_edited(data.draw(said), piece.text, "") for piece in pieces if piece.translatable}
    german_lines, english_lines = text.splitlines(), put_together(pieces, english).splitlines()
    assert [line.startswith("- ") for line in english_lines] == [line.startswith("- ") for line in german_lines]
